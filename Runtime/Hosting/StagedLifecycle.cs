using Orleans;

namespace Orchestration.Runtime.Hosting;

/// <summary>
/// Hooks that start stage by stage and stop in reverse, those of one stage concurrently. Only stages that started are stopped.
/// </summary>
internal sealed class StagedLifecycle
{
    private readonly Lock _gate = new();
    private readonly List<Hook> _hooks = [];
    private int? _highestStarted;
    private Task? _stopping;

    /// <summary>The highest stage that has started; null before the first.</summary>
    public int? HighestStarted => _highestStarted;

    /// <summary>The lowest stage that has stopped; null before the first.</summary>
    public int? LowestStopped { get; private set; }

    public IDisposable Subscribe(string name, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var hook = new Hook(this, name, stage, observer);
        lock (_gate)
        {
            if (_highestStarted >= stage)
                throw new InvalidOperationException($"'{name}' subscribes to stage {stage}, which has started already.");
            _hooks.Add(hook);
        }

        return hook;
    }

    /// <summary>Starts all stages in order; the first error ends it, and what has started is to be stopped.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var stage in Stages())
        {
            cancellation.ThrowIfCancellationRequested();
            Hook[] hooks;
            lock (_gate)
            {
                // Counted as started from here on: part of it may have, so it is to be stopped as well.
                _highestStarted = stage.Key;
                hooks = [.. stage];
            }

            await Task.WhenAll(hooks.Select(hook => hook.StartAsync(cancellation)));
        }
    }

    /// <summary>Stops, once and in reverse, the stages that have started; errors are reported and do not end it.</summary>
    public Task StopAsync(Action<string, Exception> failed, CancellationToken cancellation)
    {
        lock (_gate) return _stopping ??= StopStagesAsync(failed, cancellation);
    }

    private async Task StopStagesAsync(Action<string, Exception> failed, CancellationToken cancellation)
    {
        // The first hook must not run under the lock.
        await Task.Yield();
        if (_highestStarted is not { } highest) return;
        foreach (var stage in Stages().Where(stage => stage.Key <= highest).Reverse())
        {
            await Task.WhenAll(stage.Select(hook => hook.StopAsync(failed, cancellation)));
            LowestStopped = stage.Key;
        }
    }

    private List<IGrouping<int, Hook>> Stages()
    {
        lock (_gate) return [.. _hooks.GroupBy(static hook => hook.Stage).OrderBy(static stage => stage.Key)];
    }

    private sealed class Hook(StagedLifecycle owner, string name, int stage, ILifecycleObserver observer) : IDisposable
    {
        public int Stage => stage;

        public async Task StartAsync(CancellationToken cancellation) => await observer.OnStart(cancellation);

        public async Task StopAsync(Action<string, Exception> failed, CancellationToken cancellation)
        {
            try
            {
                await observer.OnStop(cancellation);
            }
            catch (Exception exception)
            {
                failed(name, exception);
            }
        }

        public void Dispose()
        {
            lock (owner._gate) owner._hooks.Remove(this);
        }
    }
}
