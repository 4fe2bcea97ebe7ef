using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// First appends. Marker, list entry and history come first, and mean nothing before the instance, conditionally written, names
/// the run: that write is the start. What a crash leaves before it is removed when it is come upon.
/// </summary>
internal sealed class Starter(BlobPerRunStore store, Blobs blobs, RunWriter writer, HandleClock handles)
{
    public async Task<AppendResult> StartAsync(AppendRequest request)
    {
        var file = store.FileOf(request.Key);
        using var place = await file.Gate.EnterAsync().ConfigureAwait(false);
        var (header, prepared) = (request.Header!, false);
        while (true)
        {
            var instance = await InstanceFile.ReadAsync(blobs, request.Key.Key, CancellationToken.None).ConfigureAwait(false);
            if (instance.Runs.Find(run => run.Id == request.Key.RunId) is { } same)
                return await RepeatAsync(file, same, request).ConfigureAwait(false);
            var latest = instance.Latest;
            var existing = latest is null ? null
                : await store.RecordAsync(request.Key.Key, latest, CancellationToken.None).ConfigureAwait(false);
            var isAllowed = header.Previous is { } id
                ? existing is { Summary.ClosedAt: not null } && latest!.Id == id
                : existing is null;
            if (!isAllowed)
            {
                if (prepared) await UndoAsync(file, header).ConfigureAwait(false);
                return existing is null
                    ? new AppendResult(AppendOutcome.Conflict, 0)
                    : new AppendResult(AppendOutcome.InstanceExists, 0, existing);
            }

            if (!prepared && !await PrepareAsync(file, request).ConfigureAwait(false))
                return new AppendResult(AppendOutcome.Conflict, 0);
            prepared = true;
            if (!await NameAsync(instance, file, header).ConfigureAwait(false)) continue;
            if (existing is { Summary.State: not RunState.Closed } superseded)
                await writer.DeleteAsync(
                    RunNames.Markers(superseded.Key, superseded.Handle, latest!.Shard, superseded.Summary),
                    CancellationToken.None).ConfigureAwait(false);
            return new AppendResult(AppendOutcome.Appended, file.Mark!.Handle);
        }
    }

    private async Task<AppendResult> RepeatAsync(RunFile file, InstanceRun same, AppendRequest request)
    {
        await store.LoadAsync(file).ConfigureAwait(false);
        if (same.IsPurging || file.Mark is null) return new AppendResult(AppendOutcome.Conflict, 0);
        return new AppendResult(
            await store.HasAsync(file, request).ConfigureAwait(false) ? AppendOutcome.Appended : AppendOutcome.Conflict,
            same.Handle);
    }

    /// <summary>Writes all but the start itself. False: somebody else's history is there under this run's id.</summary>
    private async Task<bool> PrepareAsync(RunFile file, AppendRequest request)
    {
        var header = request.Header!;
        var name = RunNames.History(file.Key, 0);
        file.Begin(0, await blobs.CreateAppendAsync(name, CancellationToken.None).ConfigureAwait(false));
        file.Mark = null;
        var mark = new RunMark
        {
            Kind = FrameKind.Turn, Handle = handles.Next(), Shard = header.Shard, Summary = request.Summary!,
            Wakes = request.Wakes ?? 0, LastFirst = 1, LastCount = request.EventCount, LastTurn = request.TurnId,
            LastFormat = request.Format, Write = Guid.NewGuid(),
        };
        if (!await writer.AppendAsync(file, new RunWriter.Change(mark, request.Body), CancellationToken.None)
            .ConfigureAwait(false))
        {
            // An earlier try of this start got so far.
            await store.LoadAsync(file).ConfigureAwait(false);
            if (file.Mark is null || !await store.HasAsync(file, request).ConfigureAwait(false)) return false;
        }

        var entry = new Dictionary<string, string>
        {
            ["i"] = Names.ToMetadata(file.Key.Key.Id.Value), ["t"] = Names.ToMetadata(header.WorkflowType),
        };
        await Task.WhenAll(
            writer.PutMarkersAsync(
                file.Key, RunNames.Markers(file.Key, file.Mark!.Handle, header.Shard, file.Mark.Summary), CancellationToken.None),
            blobs.KeepAsync(
                RunNames.ListEntry(file.Key, file.Mark.Handle, header.StartedAt), ReadOnlyMemory<byte>.Empty,
                CancellationToken.None, metadata: entry)).ConfigureAwait(false);
        return true;
    }

    private Task<bool> NameAsync(InstanceFile instance, RunFile file, RunHeader header)
    {
        if (header.Previous is { } previous)
        {
            var index = instance.Runs.FindIndex(run => run.Id == previous);
            instance.Runs[index] = instance.Runs[index] with { IsSuperseded = true };
        }

        var started = RunCode.Time(header.StartedAt.ToUnixTimeMilliseconds());
        instance.Runs.Add(new InstanceRun(
            file.Key.RunId, file.Mark!.Handle, header.Shard, started, header.WorkflowType, IsSuperseded: false,
            IsPurging: false));
        return instance.SaveAsync(blobs, CancellationToken.None);
    }

    private async Task UndoAsync(RunFile file, RunHeader header)
    {
        var mark = file.Mark!;
        var names = RunNames.Markers(file.Key, mark.Handle, mark.Shard, mark.Summary);
        names.Add(RunNames.ListEntry(file.Key, mark.Handle, header.StartedAt));
        await writer.DeleteAsync(names, CancellationToken.None).ConfigureAwait(false);
        await blobs.DeleteAllAsync(RunNames.Histories(file.Key), CancellationToken.None).ConfigureAwait(false);
        file.Begin(0);
        file.Mark = null;
    }
}
