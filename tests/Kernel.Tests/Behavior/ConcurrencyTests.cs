using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Semaphores, bounded channels and races of several, as workflow code uses them.</summary>
public class ConcurrencyTests
{
    [AllowNondeterminism("It breaks the rules on purpose in one case: the tests are about what happens then.")]
    public sealed class Code : Workflow<string, string>
    {
        private readonly List<string> _log = [];

        public override Task<string> RunAsync(string input) => input switch
        {
            "semaphore" => SemaphoreAsync(),
            "canceled" => CanceledWaitAsync(),
            "channel" => ChannelAsync(),
            "overtaken" => OvertakenAsync(),
            "completed" => CompletedAsync(),
            "some" => SomeAsync(),
            "too-few" => TooFewAsync(),
            _ => ParallelAsync(),
        };

        private async Task<string> SemaphoreAsync()
        {
            var semaphore = new WorkflowSemaphore(2);
            var most = 0;
            await WorkflowTasks.WhenAll(Enumerable.Range(0, 5).Select(async i =>
            {
                using var place = await semaphore.EnterAsync();
                most = Math.Max(most, 2 - semaphore.CurrentCount);
                await Context.DelayAsync(TimeSpan.FromSeconds(1));
                _log.Add($"{i}");
                place.Dispose(); // twice, with the using: gives one place back
            }));
            try
            {
                semaphore.Release();
            }
            catch (InvalidOperationException)
            {
                return $"{string.Join(",", _log)} at most {most}, free {semaphore.CurrentCount}";
            }

            return "released too often";
        }

        private async Task<string> CanceledWaitAsync()
        {
            var semaphore = new WorkflowSemaphore(1);
            await semaphore.WaitAsync();
            using var given = new CancellationTokenSource();
            var gone = semaphore.WaitAsync(given.Token);
            var next = semaphore.WaitAsync();
            given.Cancel();
            semaphore.Release();
            await next;
            return $"{gone.IsFaulted} {gone.Exception?.InnerException?.GetType().Name} {semaphore.WaitingCount}";
        }

        private async Task<string> ChannelAsync()
        {
            var channel = new WorkflowChannel<int>(2);
            var writing = WorkflowTasks.WhenAll(Enumerable.Range(0, 5).Select(i => channel.WriteAsync(i)));
            await Context.DelayAsync(TimeSpan.FromSeconds(1));
            _log.Add($"kept {channel.Count}");
            for (var i = 0; i < 5; i++) _log.Add($"{await channel.ReadAsync()}");
            await writing;
            return string.Join(",", _log);
        }

        // A writer that comes when room has just been made does not overtake those that wait for it.
        private async Task<string> OvertakenAsync()
        {
            var channel = new WorkflowChannel<string>(1);
            await channel.WriteAsync("first");
            var waits = WorkflowTasks.WhenAll(channel.WriteAsync("waits-1"), channel.WriteAsync("waits-2"));
            _log.Add(await channel.ReadAsync());
            var late = channel.WriteAsync("late");
            for (var i = 0; i < 3; i++) _log.Add(await channel.ReadAsync());
            await WorkflowTasks.WhenAll(waits, late);
            return string.Join(",", _log);
        }

        private async Task<string> CompletedAsync()
        {
            var channel = new WorkflowChannel<int>(1);
            await channel.WriteAsync(1);
            var stuck = channel.WriteAsync(2);
            channel.Complete();
            await foreach (var item in channel.ReadAllAsync()) _log.Add($"{item}");
            await Task.WhenAny(stuck);
            return $"{string.Join(",", _log)} {stuck.Exception?.InnerException?.GetType().Name}";
        }

        private async Task<string> SomeAsync()
        {
            var first = await WorkflowTasks.WhenSome(2, After(3, "c"), Fails(1), After(1, "a"), After(2, "b"));
            return string.Join(",", first.Select(static t => t.Result)) + $" at {(Context.UtcNow - Harness.Epoch).TotalSeconds}";
        }

        private async Task<string> TooFewAsync()
        {
            try
            {
                await WorkflowTasks.WhenSome(2, Fails(1), After(5, "a"));
                return "enough";
            }
            catch (AggregateException e)
            {
                return e.InnerExceptions.Single().Message;
            }
        }

        private async Task<string> ParallelAsync()
        {
            await Context.DelayAsync(TimeSpan.FromSeconds(1));
            using var together = new Barrier(2); // so that another thread takes part for certain
            var guids = new Guid[2];
            Parallel.For(0, 2, i =>
            {
                together.SignalAndWait(TimeSpan.FromSeconds(10));
                guids[i] = Context.NewGuid();
            });
            return "not noticed";
        }

        private async Task<string> After(int seconds, string result)
        {
            await Context.DelayAsync(TimeSpan.FromSeconds(seconds));
            return result;
        }

        private async Task<string> Fails(int seconds)
        {
            await Context.DelayAsync(TimeSpan.FromSeconds(seconds));
            throw new ApplicationFailure("no");
        }
    }

    [Theory]
    [InlineData("semaphore", "0,1,2,3,4 at most 2, free 2")]
    [InlineData("canceled", "True Canceled 0")]
    [InlineData("channel", "kept 2,0,1,2,3,4")]
    [InlineData("overtaken", "first,waits-1,waits-2,late")]
    [InlineData("completed", "1 InvalidOperationException")]
    [InlineData("some", "a,b at 2")]
    [InlineData("too-few", "no")]
    public void Code_OfEachKind_DoesAsItSaysThroughReplays(string input, string expected)
    {
        var run = Harness.Of<Code>(input);
        for (var i = 0; i < 10 && !run.Run.IsClosed; i++)
        {
            run.Pass(TimeSpan.FromSeconds(1));
            run.Reload();
            run.Advance(AdvanceTime.Instance);
        }

        Assert.Null(run.Run.Stall);
        Assert.Equal(expected, run.Result<string>());
    }

    [Fact]
    public void ParallelFor_OnThreadsThatAreNotTheRuns_Stalls()
    {
        var run = Harness.Of<Code>("parallel-elsewhere");
        run.Pass(TimeSpan.FromSeconds(1));
        run.Advance(AdvanceTime.Instance);
        Assert.Contains(run.Run.Stall?.Code, new[] { FaultCodes.ForeignAwait, FaultCodes.UnexpectedException });
        Assert.False(run.Run.IsClosed);
    }
}
