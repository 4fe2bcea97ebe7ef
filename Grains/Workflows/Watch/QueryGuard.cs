using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>
/// Has the code of queries run on threads of their own, and waits for it no longer than a query may take. .NET cannot end a
/// thread: one whose query never ends is given up with the run's state that it reads, and the same query of the same workflow is
/// refused as long as it goes on, so that a bad query costs a silo one thread, however often it is asked. Thread-safe.
/// </summary>
internal sealed class QueryGuard(
    EngineThreads threads, TurnMonitor turns, IOptions<OrchestrationOptions> options, ILogger<TurnMonitor> log)
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Type, string Query), bool> _givenUp = [];

    /// <summary>How long a query's code may take. Real time, also where the engine's own is virtual.</summary>
    public TimeSpan Patience { get; } = PatienceOf(options.Value);

    /// <summary>How long code that only reads may take: 5 s, and no longer than a turn.</summary>
    public static TimeSpan PatienceOf(OrchestrationOptions options) =>
        options.TurnLimit < LongestPatience ? options.TurnLimit : LongestPatience;

    /// <summary>Asks the code of a run that nobody else uses meanwhile.</summary>
    /// <returns>The answer, and whether the query still uses the run in memory, which nobody else can use then.</returns>
    public async Task<Guarded> AskAsync(OpenRun open, string query, Func<WorkflowRun, QueryAnswer?> question)
    {
        var kind = (open.WorkflowType, query);
        if (_givenUp.ContainsKey(kind)) return new Guarded(TooLong(query, "has not ended since it was last asked"), false);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answered = new TaskCompletionSource<QueryAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isGivenUp = 0;
        WatchedTurn? asked = null;
        _ = threads.Run(() =>
        {
            var watched = asked = turns.Enter(open);
            begun.TrySetResult();
            try
            {
                answered.TrySetResult(question(open.Run));
            }
            catch (Exception e)
            {
                // Not the query's own failure, which is an answer: the caller is told.
                answered.TrySetException(e);
            }
            finally
            {
                turns.Exit(watched);
                if (Interlocked.Exchange(ref isGivenUp, 1) == 1) _givenUp.TryRemove(kind, out _);
            }

            return Task.CompletedTask;
        });
        await begun.Task; // a silo short of threads is no fault of the query's
        try
        {
            var answer = await answered.Task.WaitAsync(Patience, turns.Clock);
            return new Guarded(answer ?? TooLong(query, "waited for another query, which does not end"), answer is null);
        }
        catch (TimeoutException) when (!answered.Task.IsCompleted)
        {
            // Given up below.
        }

        _givenUp[kind] = true;
        turns.GiveUp(asked!);
        if (Interlocked.Exchange(ref isGivenUp, 1) == 1) _givenUp.TryRemove(kind, out _); // it has ended in this moment
        log.QueryGivenUp($"query '{query}'", open.Key.Key.ToString(), open.WorkflowType, open.Key.RunId.ToString(), Patience);
        return new Guarded(TooLong(query, $"did not end within {Patience.TotalSeconds:0.#} s"), true);
    }

    private static QueryAnswer TooLong(string query, string what) => new(null, QueryProblem.TooLong,
        $"The query '{query}' {what}. A query is to read what the workflow has at hand, and to return at once; the run goes on.");

    /// <param name="Answer">What the query came to.</param>
    /// <param name="IsWorthless">Whether the run in memory is still in use by the query.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Guarded(QueryAnswer Answer, bool IsWorthless);
}
