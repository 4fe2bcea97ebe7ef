using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Messages;

/// <summary>
/// Tells those who wait for something of an instance's runs once it is durable, and not before (invariant 4): at the hub, and
/// those who wait in the grain for an update that is about to finish. Belongs to the activation's scheduler.
/// </summary>
internal sealed class RunNews(MessageHub hub)
{
    /// <summary>The hub's topic for what a run says of itself.</summary>
    public const string StatusTopic = "status";

    /// <summary>The hub's topic for whatever happens to a run.</summary>
    public const string EventsTopic = "events";

    private const string UpdateTopic = "update:";

    private Dictionary<string, TaskCompletionSource<bool>>? _waiters;
    private long _announced; // the cursor of what the run said last

    /// <summary>Whether a turn can be news to anybody; else nothing need be kept of it.</summary>
    public static bool IsNews(MessageHub hub, OpenRun open) => hub.Count > 0 || open.Run.LatestStatus is not null;

    /// <summary>The hub's topic for an update.</summary>
    public static string TopicOf(string updateId) => UpdateTopic + updateId;

    /// <summary>Waits until an update of the open run has finished, but no longer than given.</summary>
    public Task WaitForUpdateAsync(string updateId, TimeSpan longest)
    {
        var waiters = _waiters ??= new(StringComparer.Ordinal);
        if (!waiters.TryGetValue(updateId, out var waiter)) waiters.Add(updateId, waiter = new());
        return Task.WhenAny(waiter.Task, Task.Delay(longest, hub.Clock));
    }

    /// <summary>A turn is durable that has events.</summary>
    public void Announce(OpenRun open, Turn turn)
    {
        var run = open.Key.RunId.Value;
        if (_waiters is { Count: > 0 } || hub.Count > 0)
        {
            foreach (var happened in turn.Events)
            {
                if (happened is not UpdateCompleted e) continue;
                if (_waiters?.Remove(e.UpdateId, out var waiter) == true) waiter.TrySetResult(true);
                hub.Announce(run, TopicOf(e.UpdateId));
            }

            hub.Announce(run, EventsTopic);
            if (open.Run.LatestStatus?.Cursor is { } cursor && cursor != _announced) hub.Announce(run, StatusTopic);
        }

        _announced = open.Run.LatestStatus?.Cursor ?? 0;
        if (!open.Run.IsClosed) return;
        hub.AnnounceAll(run);
        Release();
    }

    /// <summary>Nobody is to wait in the grain any longer: the run rests, or the activation goes.</summary>
    public void Release()
    {
        if (_waiters is not { Count: > 0 } waiters) return;
        _waiters = null;
        foreach (var waiter in waiters.Values) waiter.TrySetResult(false);
    }
}
