using Orchestration.Storage.AzureStorage.Log.Memory;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>Something that waits for its place in the log, or for proof of what memory says.</summary>
internal abstract class LogWrite(RunRef run)
{
    public RunRef Ref { get; } = run;

    /// <summary>Whether memory has been that of the log's end at some moment since the call began.</summary>
    public bool IsProven { get; set; }

    /// <summary>Judges it by memory and the batch; under the log's lock. Puts what is to be written into the batch.</summary>
    public abstract Verdict Judge(Batch batch);

    /// <summary>Answers by what the last judgement found.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception error);

    /// <summary>Of <see cref="Verdict.LookUp"/>: answers by the turn that stands where its own would.</summary>
    public virtual void CompleteLookUp(bool isOwn) => throw new NotSupportedException();

    /// <summary>Of <see cref="Verdict.LookUp"/>: the turn that it wants to know of.</summary>
    public virtual LogTurn Wanted => throw new NotSupportedException();

    /// <summary>Its run, where all of the instance is in memory and the run is there.</summary>
    protected Verdict? Find(Batch batch, out MemInstance instance, out MemRun? run)
    {
        instance = batch.Memory.Get(Ref.Instance);
        run = null;
        if (batch.IsSealed(Ref.Instance)) return Verdict.Later;
        if (!instance.IsComplete) return Verdict.NotReady;
        run = instance.Find(Ref.Run);
        return null;
    }
}

/// <inheritdoc/>
/// <typeparam name="T">The answer.</typeparam>
internal abstract class LogWrite<T>(RunRef run) : LogWrite(run)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _done.Task;

    /// <summary>What <see cref="Complete"/> answers.</summary>
    protected T? Result { get; set; }

    public override void Complete() => _done.TrySetResult(Result!);

    public override void Fail(Exception error) => _done.TrySetException(error);

    protected void Answer(T result) => _done.TrySetResult(result);

    protected Verdict Say(Verdict verdict, T result)
    {
        Result = result;
        return verdict;
    }
}
