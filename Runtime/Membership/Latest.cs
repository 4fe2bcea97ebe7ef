using System.Runtime.CompilerServices;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// A value that changes, with any number of readers who are told of the newest one. Thread-safe; one writer at a time.
/// </summary>
internal sealed class Latest<T>(T initial)
    where T : class
{
    private Version _newest = new(initial, last: false);

    public T Value => Volatile.Read(ref _newest).Value;

    public void Set(T value, bool last)
    {
        var before = _newest;
        Volatile.Write(ref _newest, new Version(value, last));
        before.Outdated.TrySetResult();
    }

    /// <summary>The value as it is, then each newer one that the reader is in time for, to the last.</summary>
    public async IAsyncEnumerable<T> UpdatesAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            var version = Volatile.Read(ref _newest);
            yield return version.Value;
            if (version.Last) yield break;
            await version.Outdated.Task.WaitAsync(cancellation);
        }
    }

    private sealed class Version(T value, bool last)
    {
        public T Value => value;

        public bool Last => last;

        public TaskCompletionSource Outdated { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
