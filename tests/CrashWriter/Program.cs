// Appends to many runs at once and says, line by line, what was acknowledged ("run sequence"), until it is killed.
// Arguments: the store's file, a name for this round's runs, how many runs, and "shared" where others have the file open too.
using System.Globalization;
using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

var (path, round, runs) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
await using var stores = await SqliteStores.OpenAsync(new SqliteStoreOptions
{
    Path = path, CheckpointBytes = 1 << 20, Shared = args.Contains("shared"),
});
await using var output = Console.OpenStandardOutput();
var gate = new Lock();
Say("ready 0");
await Task.WhenAll(Enumerable.Range(0, runs).Select(run => Task.Run(() => WriteAsync($"{round}-{run}"))));

async Task WriteAsync(string id)
{
    var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
    var activation = Guid.NewGuid();
    long handle = 0;
    for (var sequence = 0L; ; sequence++)
    {
        var result = await AppendAsync(new AppendRequest
        {
            Key = key,
            Handle = handle,
            ExpectedSequence = sequence,
            TurnId = new TurnId(activation, sequence),
            EventCount = 1,
            Format = 1,
            Body = Encoding.UTF8.GetBytes($"{id}:{sequence + 1}"),
            Header = sequence == 0
                ? new RunHeader("crash", Shards.Of(key.Key, Shards.Default), DateTimeOffset.UnixEpoch, null) : null,
            Summary = sequence % 10 == 0 ? new RunSummary(WorkflowStatus.Running, RunState.Runnable, null) : null,
        });
        if (result.Outcome != AppendOutcome.Appended) throw new InvalidOperationException($"{id}: {result}");
        handle = result.Handle;
        Say(string.Create(CultureInfo.InvariantCulture, $"{id} {sequence + 1}"));
    }
}

// Who shares the file with writers that are as busy may not get its lock in time: nothing was written, and it is asked again.
async Task<AppendResult> AppendAsync(AppendRequest request)
{
    while (true)
    {
        try
        {
            return await stores.History.AppendAsync(request);
        }
        catch (StoreUnavailable)
        {
        }
    }
}

void Say(string line)
{
    // One write a line, past any buffer: what is printed was acknowledged before, and is not lost with the process.
    var bytes = Encoding.ASCII.GetBytes(line + "\n");
    lock (gate) output.Write(bytes);
}
