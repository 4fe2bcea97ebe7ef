using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>One backend with an empty data set of its own.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    public abstract IHistoryStore History { get; }

    public abstract IReminderStore Reminders { get; }

    public abstract ISmallStateStore SmallState { get; }

    public abstract IMembershipStore Membership { get; }

    /// <summary>Whether the store can tell its namespaces.</summary>
    public virtual bool KnowsNamespaces => true;

    public abstract IDataSetReader Reader { get; }

    public abstract Task OpenAsync();

    /// <summary>Closes the data set and opens it again, as a new process would; what is durable is there.</summary>
    public abstract Task ReopenAsync();

    /// <summary>Opens the same data set once more, as another silo would, beside this one.</summary>
    public virtual Task<(IHistoryStore History, IAsyncDisposable Silo)> OpenAnotherAsync() =>
        throw new NotSupportedException("One process at a time has it open.");

    public abstract ValueTask DisposeAsync();
}
