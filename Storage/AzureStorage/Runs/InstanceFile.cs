using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// The runs of an instance, oldest first, in one blob: a run is there once this blob, conditionally written, has it.
/// </summary>
internal sealed class InstanceFile
{
    private const byte Format = 1;

    private readonly BlobVersion? _version;

    private InstanceFile(WorkflowKey key, BlobVersion? version, List<InstanceRun> runs)
    {
        Key = key;
        _version = version;
        Runs = runs;
    }

    public WorkflowKey Key { get; }

    public List<InstanceRun> Runs { get; }

    public InstanceRun? Latest => Runs.LastOrDefault(static run => !run.IsPurging);

    public InstanceRun? Find(RunId id) => Runs.FirstOrDefault(run => run.Id == id && !run.IsPurging);

    public static async Task<InstanceFile> ReadAsync(Blobs blobs, WorkflowKey key, CancellationToken cancellationToken)
    {
        var part = await blobs.ReadAsync(RunNames.Instance(key), cancellationToken).ConfigureAwait(false);
        return part is null ? new InstanceFile(key, null, []) : Parse(part);
    }

    /// <summary>The instance of a blob; null where it is gone.</summary>
    public static async Task<InstanceFile?> ReadAsync(Blobs blobs, string name, CancellationToken cancellationToken)
    {
        var part = await blobs.ReadAsync(name, cancellationToken).ConfigureAwait(false);
        return part is null ? null : Parse(part);
    }

    /// <summary>Writes it on the condition that nobody has since it was read; without a run, the blob is removed.</summary>
    public async Task<bool> SaveAsync(Blobs blobs, CancellationToken cancellationToken)
    {
        if (Runs.Count == 0)
            return _version is { } version
                && await blobs.RemoveAsync(RunNames.Instance(Key), version, cancellationToken).ConfigureAwait(false);
        var writer = new ByteWriter().Byte(Format).Text(Key.Namespace).Text(Key.Id.Value).Number(Runs.Count);
        foreach (var run in Runs)
            writer.Guid(run.Id.Value).Number(run.Handle).Number(run.Shard).Number(run.StartedAt.ToUnixTimeMilliseconds())
                .Byte((byte)((run.IsSuperseded ? 1 : 0) | (run.IsPurging ? 2 : 0))).Text(run.WorkflowType);
        return await blobs.KeepAsync(
            RunNames.Instance(Key), writer.ToArray(), cancellationToken, _version, onlyNew: _version is null)
            .ConfigureAwait(false) is not null;
    }

    private static InstanceFile Parse(BlobPart part)
    {
        var reader = new ByteReader(part.Content.Span);
        if (reader.Byte() != Format) throw ByteReader.Damaged("an instance");
        var key = RunCode.ReadKey(ref reader);
        var runs = new List<InstanceRun>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var (id, handle, shard) = (new RunId(reader.Guid()), reader.Number(), (int)reader.Number());
            var (startedAt, flags) = (RunCode.Time(reader.Number()), reader.Byte());
            runs.Add(new InstanceRun(id, handle, shard, startedAt, reader.Text(), (flags & 1) != 0, (flags & 2) != 0));
        }

        return new InstanceFile(key, part.Version, runs);
    }
}

/// <summary>A run as its instance lists it.</summary>
/// <param name="Id">The run.</param>
/// <param name="Handle">Its handle.</param>
/// <param name="Shard">Its shard.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="WorkflowType">Its type.</param>
/// <param name="IsSuperseded">A later run has taken over what it owed: whatever its history says, it is closed.</param>
/// <param name="IsPurging">It is being removed, and no longer there for anybody.</param>
internal sealed record InstanceRun(
    RunId Id, long Handle, int Shard, DateTimeOffset StartedAt, string WorkflowType, bool IsSuperseded, bool IsPurging);
