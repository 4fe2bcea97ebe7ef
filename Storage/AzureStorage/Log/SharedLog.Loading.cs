using Orchestration.Storage.AzureStorage.Log.Tables;
using Orchestration.Storage.AzureStorage.Log.Writing;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>Asking tables and packs for what writes have to know of.</summary>
internal sealed partial class SharedLog
{
    private void WaitForInstance(LogWrite write)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_loading.TryGetValue(write.Ref.Instance, out var list);
            if (isFirst) _loading[write.Ref.Instance] = list = [];
            list!.Add(write);
        }

        if (isFirst) _ = LoadForAsync(write.Ref.Instance);
    }

    private async Task LoadForAsync(UInt128 hash)
    {
        Exception? failure = null;
        try
        {
            await LoadAsync(hash).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }

        lock (_gate)
        {
            if (!_loading.Remove(hash, out var list)) return;
            if (failure is null) _waiting.InsertRange(0, list);
            else foreach (var write in list) write.Fail(failure);
            _work.Set();
        }
    }

    private async Task LoadAsync(UInt128 hash)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await WithTablesAsync(async () =>
        {
            var tables = Read(static memory => memory.Tables);
            var entries = (await tables.LookUpAsync(TableKeys.OfInstance(hash)).ConfigureAwait(false))
                .ConvertAll(static entry => RunEntry.Read(entry.Value));
            Read(memory =>
            {
                if (ReferenceEquals(memory.Tables, tables)) memory.Complete(hash, entries);
                return true;
            });
            return true;
        }).ConfigureAwait(false);
    }

    private async Task LookUpAsync(LogWrite write)
    {
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var there = await WithTablesAsync(async () =>
            {
                var view = await ReadAsync(
                    write.Ref.Instance, i => i.Find(write.Ref.Run) is { } run ? HistoryView.Of(run) : null, isProven: true)
                    .ConfigureAwait(false);
                return view is null
                    ? null : await Histories.TurnIdAsync(view, write.Wanted.First).ConfigureAwait(false);
            }).ConfigureAwait(false);
            write.CompleteLookUp(there == write.Wanted.Id);
        }
        catch (Exception e)
        {
            write.Fail(e);
        }
    }

    private async Task ReloadAsync()
    {
        _mustReload = true;
        await ProveAsync().ConfigureAwait(false);
    }
}
