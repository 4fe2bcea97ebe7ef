using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// A row of the embedded store's file that cannot be what was written: the run that it belongs to cannot go on, and says so; the
/// silo and all other runs are as ever.
/// </summary>
public sealed class DamagedRowTests
{
    private const string Of = "WHERE handle = (SELECT handle FROM runs WHERE id = $id)";

    [Theory]
    [InlineData($"UPDATE turns SET body = substr(body, 1, length(body) - 9) {Of}", FaultCodes.CorruptHistory)]
    [InlineData($"UPDATE turns SET body = zeroblob(40) {Of}", FaultCodes.CorruptHistory)]
    [InlineData($"UPDATE turns SET body = x'' {Of}", FaultCodes.CorruptHistory)]
    [InlineData($"UPDATE turns SET body = '[]' {Of}", FaultCodes.CorruptHistory)]
    [InlineData($"UPDATE turns SET body = 42 {Of}", FaultCodes.CorruptHistory)]
    [InlineData($"UPDATE turns SET format = 99 {Of}", FaultCodes.StoreTooNew)]
    [InlineData($"UPDATE turns SET count = count + 1 {Of} AND first = 1", FaultCodes.CorruptHistory)]
    [InlineData($"DELETE FROM turns {Of} AND first = 1", FaultCodes.CorruptHistory)]
    [InlineData($"DELETE FROM turns {Of}", FaultCodes.CorruptHistory)]
    public Task Row_Damaged_ThatRunSaysSoAndOthersGoOn(string damage, string code) => DamageAsync(
        async file => Assert.NotEqual(0, await file.DamageAsync(damage, "damaged")), code);

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public Task Byte_DamagedInTheFile_ThatRunSaysSoAndOthersGoOn(double place) =>
        DamageAsync(file => file.DamageByteAsync("damaged", place), FaultCodes.CorruptHistory);

    private async Task DamageAsync(Func<SqliteFile, Task> damage, string code)
    {
        await using var file = new SqliteFile();
        await using (var before = await StartAsync(file))
        {
            foreach (var id in (string[])["damaged", "whole"])
            {
                var blocked = before.Client.GetWorkflow<Twice>(id);
                await blocked.StartAsync(id);
                await _world.StartOf(id).Task;
            }
        }

        await file.CloseAsync();
        await damage(file);
        _world.Block("whole").TrySetResult("done");
        _world.Block("damaged").TrySetResult("never");

        await using var silo = await StartAsync(file); // both are runnable: recovery brings them back, or tries to
        Assert.Equal("done", await silo.Client.GetWorkflow<Twice>("whole").GetResultAsync());
        var workflow = silo.Client.GetWorkflow<Twice>("damaged");
        Func<Task>[] calls =
        [
            () => workflow.GetResultAsync(), () => workflow.SignalAsync("x"), () => workflow.CancelAsync(),
            () => workflow.StartAsync("again"), () => workflow.QueryAsync<int>("x"), () => workflow.TerminateAsync("broken"),
        ];
        foreach (var call in calls)
        {
            var fault = await Assert.ThrowsAsync<EngineFault>(call);
            Assert.Equal(code, fault.Code);
            Assert.Contains("'damaged'", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(2, await silo.Client.ListAsync().CountAsync());
        Assert.Equal(10, await silo.Client.GetWorkflow<Sequence>("other").ExecuteAsync(5));
        Assert.Equal(2, _world.Executions.Count(static e => e.Activity == "Block" && e.Attempt == 1)); // nothing ran again
    }

    private readonly World _world = new();

    private async Task<TestSilo> StartAsync(SqliteFile file) => await TestSilo.StartAsync(
        await file.OpenAsync(),
        static options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Twice>();
        },
        services: s => s.AddSingleton(_world));

    /// <summary>Two turns before it waits for an activity.</summary>
    [Workflow("twice")]
    public sealed class Twice : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            await Context.DelayAsync(TimeSpan.FromMilliseconds(1));
            return await Context.Activities<ITestActivities>(TestOptions.Quick).BlockAsync(input);
        }
    }
}
