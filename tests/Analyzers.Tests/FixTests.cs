using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>The code fixes: what they make of code, and where they are not offered.</summary>
public class FixTests
{
    [Theory]
    [InlineData("_ = DateTime.UtcNow;", "_ = Context.UtcNow.UtcDateTime;")]
    [InlineData("_ = System.DateTime.Now.AddDays(1);", "_ = Context.UtcNow.UtcDateTime.AddDays(1);")]
    [InlineData("_ = DateTime.Today;", "_ = Context.UtcNow.UtcDateTime.Date;")]
    [InlineData("_ = DateTimeOffset.UtcNow /* now */;", "_ = Context.UtcNow /* now */;")]
    [InlineData("_ = TimeProvider.System.GetUtcNow();", "_ = Context.UtcNow;")]
    [InlineData("_ = Guid.NewGuid();", "_ = Context.NewGuid();")]
    [InlineData("_ = Guid.CreateVersion7(Context.UtcNow);", "_ = Context.NewGuid();")]
    [InlineData("Func<Guid> make = Guid.NewGuid; _ = make();", "Func<Guid> make = Context.NewGuid; _ = make();")]
    [InlineData("_ = Random.Shared.Next(5);", "_ = Context.Random.Next(5);")]
    [InlineData("_ = new Random().Next(5);", "_ = Context.Random.Next(5);")]
    [InlineData("Random random = new(); _ = random;", "Random random = Context.Random; _ = random;")]
    [InlineData("await Task.Delay(TimeSpan.FromHours(1));", "await Context.DelayAsync(TimeSpan.FromHours(1));")]
    [InlineData("await Task.Delay(500, Context.CancellationToken);",
        "await Context.DelayAsync(TimeSpan.FromMilliseconds(500), Context.CancellationToken);")]
    [InlineData("Thread.Sleep(TimeSpan.FromSeconds(1));", "await Context.DelayAsync(TimeSpan.FromSeconds(1));")]
    [InlineData("await Context.DelayAsync(TimeSpan.Zero).ConfigureAwait(false);", "await Context.DelayAsync(TimeSpan.Zero);")]
    [InlineData("await Task.Run(() => Context.DelayAsync(TimeSpan.Zero));", "await Context.DelayAsync(TimeSpan.Zero);")]
    [InlineData("await Task.Run(async () => await Context.DelayAsync(TimeSpan.Zero));", "await "
        + "Context.DelayAsync(TimeSpan.Zero);")]
    [InlineData("var n = Task.FromResult(1).Result; _ = n;", "var n = await Task.FromResult(1); _ = n;")]
    [InlineData("_ = Task.FromResult(\"a\").Result.Length;", "_ = (await Task.FromResult(\"a\")).Length;")]
    [InlineData("Task.CompletedTask.Wait();", "await Task.CompletedTask;")]
    [InlineData("Task.CompletedTask.GetAwaiter().GetResult();", "await Task.CompletedTask;")]
    [InlineData("Func<DateTime> now = () => DateTime.UtcNow; _ = now();",
        "Func<DateTime> now = () => Context.UtcNow.UtcDateTime; _ = now();")]
    [InlineData("_ = DateTime.UtcNow - DateTime.UtcNow;", "_ = Context.UtcNow.UtcDateTime - Context.UtcNow.UtcDateTime;")]
    public async Task Fix_WhereContextIsAtHand_Replaces(string before, string after) =>
        Assert.Equal(Check.Workflow(after), await Fix.AllAsync(Check.Workflow(before)));

    [Theory]
    [InlineData("Func<DateTime> now = static () => DateTime.UtcNow; _ = now();")]
    [InlineData("static DateTime Now() => DateTime.UtcNow; _ = Now();")]
    [InlineData("_ = TimeProvider.System;")]
    [InlineData("await Task.Delay(TimeSpan.FromHours(1), TimeProvider.System);", "TimeProvider.System")]
    [InlineData("await Task.Run(() => 1);")]
    [InlineData("Task.CompletedTask.Wait(5);")]
    [InlineData("Func<int> get = () => Task.FromResult(1).Result; _ = get();")]
    [InlineData("_ = Environment.MachineName;")]
    [InlineData("object Context = 1; _ = Context; _ = DateTime.UtcNow; await "
        + "base.Context.DelayAsync(TimeSpan.Zero);", "shadowed")]
    public async Task Fix_WhereItWouldNotCompile_IsNotOffered(string statement, string? why = null)
    {
        var source = Check.Workflow(statement);
        if (why == "shadowed") source = source.Replace("                await Context.DelayAsync(TimeSpan.FromSeconds(1));", "",
            StringComparison.Ordinal)
            .Replace("await Context.DelayAsync(TimeSpan.FromSeconds(1));", "", StringComparison.Ordinal);
        Assert.Equal(source, await Fix.AllAsync(source));
    }

    [Theory]
    [InlineData("private readonly DateTime _made = DateTime.UtcNow; public DateTime Made => _made;")]
    [InlineData("public Guid Id { get; } = Guid.NewGuid();")]
    [InlineData("public Tested() => _ = DateTime.UtcNow;")]
    public async Task Fix_BeforeTheEngineHasSetContext_IsNotOffered(string member) =>
        Assert.Equal(Check.Workflow("", member), await Fix.AllAsync(Check.Workflow("", member)));
}
