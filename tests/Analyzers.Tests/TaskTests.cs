using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>ORCHA003, ORCHA004 and ORCHA005: what leaves the run's scheduler or holds its thread.</summary>
public class TaskTests
{
    [Theory]
    [InlineData("await {|ORCHA003:Task.Delay|}(5);")]
    [InlineData("await {|ORCHA003:Task.Run|}(() => 1);")]
    [InlineData("await {|ORCHA003:Task.Run|}(async () => await {|ORCHA003:Task.Delay|}(5));")]
    [InlineData("await Task.Factory.{|ORCHA003:StartNew|}(() => 1);")]
    [InlineData("await Context.DelayAsync(TimeSpan.FromHours(1)).{|ORCHA003:WaitAsync|}(TimeSpan.FromSeconds(1));")]
    [InlineData("_ = {|ORCHA003:TaskScheduler.Default|};")]
    [InlineData("{|ORCHA003:Parallel.For|}(0, 3, i => { });")]
    [InlineData("_ = new[] { 1 }.{|ORCHA003:AsParallel|}().Sum();")]
    [InlineData("{|ORCHA003:new Thread|}(() => { }).{|ORCHA003:Start|}();")]
    [InlineData("{|ORCHA003:ThreadPool.QueueUserWorkItem|}(_ => { });")]
    [InlineData("using var timer = {|ORCHA003:new Timer|}(_ => { });")]
    [InlineData("using var timer = {|ORCHA003:new PeriodicTimer|}(TimeSpan.FromSeconds(1));")]
    [InlineData("using var source = {|ORCHA003:new CancellationTokenSource|}(TimeSpan.FromSeconds(1));")]
    [InlineData("using var source = new CancellationTokenSource(); source.{|ORCHA003:CancelAfter|}(5);")]
    [InlineData("using var source = new CancellationTokenSource(); await source.{|ORCHA003:CancelAsync|}();")]
    public Task Workflow_LeavesTheScheduler_Reports(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("await Task.WhenAll(Context.DelayAsync(TimeSpan.Zero), Context.DelayAsync(TimeSpan.Zero));")]
    [InlineData("_ = await Task.WhenAny(Context.DelayAsync(TimeSpan.Zero), Context.DelayAsync(TimeSpan.Zero));")]
    [InlineData("await Task.Yield();")]
    [InlineData("await Task.CompletedTask;")]
    [InlineData("using var source = new CancellationTokenSource(); source.Cancel();")]
    [InlineData("await Context.DelayAsync(TimeSpan.FromHours(1)).WaitAsync(Context.CancellationToken);")]
    [InlineData("var source = new TaskCompletionSource<int>(); source.SetResult(1); _ = await source.Task;")]
    [InlineData("_ = Timeout.InfiniteTimeSpan;")]
    public Task Workflow_StaysInTheScheduler_ReportsNothing(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("var task = Task.FromResult(1); _ = task.{|ORCHA004:Result|};")]
    [InlineData("Context.DelayAsync(TimeSpan.Zero).{|ORCHA004:Wait|}();")]
    [InlineData("Context.DelayAsync(TimeSpan.Zero).GetAwaiter().{|ORCHA004:GetResult|}();")]
    [InlineData("{|ORCHA004:Task.WaitAll|}(Context.DelayAsync(TimeSpan.Zero));")]
    [InlineData("{|ORCHA004:lock|} (this) { }")]
    [InlineData("{|ORCHA004:Monitor.Enter|}(this);")]
    [InlineData("using var gate = new SemaphoreSlim(1); await gate.{|ORCHA004:WaitAsync|}(); gate.Release();")]
    [InlineData("using var gate = new ManualResetEvent(true); gate.{|ORCHA004:WaitOne|}();")]
    [InlineData("{|ORCHA004:Thread.Sleep|}(5);")]
    [InlineData("var gate = new Lock(); using (gate.{|ORCHA004:EnterScope|}()) { }")]
    [InlineData("var other = Task.FromResult(1); await Task.FromResult(2); _ = other.{|ORCHA004:Result|};")]
    public Task Workflow_Blocks_Reports(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("var task = Task.FromResult(1); await task; _ = task.Result;")]
    [InlineData("var task = Task.FromResult(1); if (task.IsCompleted) _ = task.Result;")]
    [InlineData("var tasks = new[] { Task.FromResult(1) }; await Task.WhenAll(tasks); _ = tasks.Sum(t => t.Result);")]
    [InlineData("var first = await Task.WhenAny(Task.FromResult(1), Task.FromResult(2)); _ = first.Result;")]
    [InlineData("_ = (await Task.WhenAny(Task.FromResult(1), Task.FromResult(2))).Result;")]
    [InlineData("var task = Task.FromResult(1); await task; _ = task.GetAwaiter().GetResult();")]
    public Task Workflow_ReadsAFinishedTask_ReportsNothing(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("await Context.DelayAsync(TimeSpan.Zero).{|ORCHA005:ConfigureAwait|}(false);")]
    [InlineData("_ = await Task.FromResult(1).{|ORCHA005:ConfigureAwait|}(false);")]
    [InlineData("_ = await new ValueTask<int>(1).{|ORCHA005:ConfigureAwait|}(continueOnCapturedContext: false);")]
    [InlineData("await Task.CompletedTask.{|ORCHA005:ConfigureAwait|}(ConfigureAwaitOptions.SuppressThrowing);")]
    public Task Workflow_DropsItsContext_Reports(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("await Task.CompletedTask.ConfigureAwait(true);")]
    [InlineData("await Task.CompletedTask.ConfigureAwait("
        + "ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);")]
    public Task Workflow_KeepsItsContext_ReportsNothing(string statement) => Check.ReportsAsync(Check.Workflow(statement));
}
