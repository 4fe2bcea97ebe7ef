using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Micro;

/// <summary>
/// Durable appends to the embedded store with so many callers waiting: turns of long runs, and runs that are started and closed.
/// Prints the CPU time an append takes in all (callers, writer, checkpoints, kernel) at the end of each case.
/// </summary>
[MemoryDiagnoser]
public class AppendBenchmarks
{
    private const int Operations = 20_000;
    private const int OperationsAlone = 200; // each waits for the disk by itself

    private static readonly RunSummary Runnable = new(WorkflowStatus.Running, RunState.Runnable, null);
    private static readonly RunSummary Closed = new(WorkflowStatus.Completed, RunState.Closed, null, DateTimeOffset.UnixEpoch);

    private readonly byte[] _body = new byte[200];
    private string _directory = "";
    private SqliteStores _stores = null!;
    private LongRun[] _runs = [];
    private TimeSpan _cpu;
    private long _appends;
    private long _started;

    /// <summary>How many callers wait at once.</summary>
    [Params(64, 1000, 10_000)]
    public int Waiting { get; set; }

    /// <summary>Opens an empty store and starts the long runs.</summary>
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult(); // the in-process tool does not wait for tasks

    private async Task SetupAsync()
    {
        _directory = Directory.CreateTempSubdirectory("orchestration-append-").FullName;
        _stores = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(_directory, "store.db") });
        _runs = await Task.WhenAll(Enumerable.Range(0, Waiting).Select(async i =>
        {
            var key = NewKey($"long-{i}");
            return new LongRun(key, await StartAsync(key));
        }));
        _cpu = Process.GetCurrentProcess().TotalProcessorTime;
    }

    /// <summary>Closes the store and prints the CPU time.</summary>
    [GlobalCleanup]
    public void Cleanup() => CleanupAsync().GetAwaiter().GetResult();

    private async Task CleanupAsync()
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime - _cpu;
        Console.WriteLine($"// {Waiting} waiting: {cpu.TotalMicroseconds / _appends:0.0} us CPU an append, {_appends} appends");
        await _stores.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>One row a turn, no summary.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void Append() => Spread(async (run, count) =>
    {
        for (var i = 0; i < count; i++) await AppendAsync(run, null);
        Interlocked.Add(ref _appends, count);
    });

    /// <summary>One caller that waits for each.</summary>
    [Benchmark(OperationsPerInvoke = OperationsAlone)]
    public void AppendAlone()
    {
        for (var i = 0; i < OperationsAlone; i++) AppendAsync(_runs[0], null).GetAwaiter().GetResult();
        _appends += OperationsAlone;
    }

    /// <summary>A run of two appends, with all its indexes.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void StartAndClose() => Spread(async (_, count) =>
    {
        for (var i = 0; i < count; i++)
        {
            var key = NewKey($"short-{Interlocked.Increment(ref _started)}");
            await AppendAsync(new LongRun(key, await StartAsync(key)), Closed);
        }

        Interlocked.Add(ref _appends, 2 * count);
    });

    private static StoreKey NewKey(string id) => new(new WorkflowKey(id), new RunId(Guid.NewGuid()));

    private void Spread(Func<LongRun, int, Task> work)
    {
        var share = Math.Max(1, Operations / Waiting);
        Task.WhenAll(_runs.Select(run => Task.Run(() => work(run, share)))).GetAwaiter().GetResult();
    }

    private async Task<long> StartAsync(StoreKey key)
    {
        var result = await _stores.History.AppendAsync(new AppendRequest
        {
            Key = key,
            ExpectedSequence = 0,
            TurnId = new TurnId(key.RunId.Value, 0),
            EventCount = 1,
            Format = 1,
            Body = _body,
            Header = new RunHeader("benchmark", Shards.Of(key.Key, Shards.Default), DateTimeOffset.UnixEpoch, null),
            Summary = Runnable,
        });
        return result.Handle;
    }

    private async Task AppendAsync(LongRun run, RunSummary? summary)
    {
        var result = await _stores.History.AppendAsync(new AppendRequest
        {
            Key = run.Key,
            Handle = run.Handle,
            ExpectedSequence = run.Sequence,
            TurnId = new TurnId(run.Key.RunId.Value, run.Sequence),
            EventCount = 1,
            Format = 1,
            Body = _body,
            Summary = summary,
        });
        if (result.Outcome != AppendOutcome.Appended) throw new InvalidOperationException(result.ToString());
        run.Sequence++;
    }

    private sealed class LongRun(StoreKey key, long handle)
    {
        public StoreKey Key { get; } = key;

        public long Handle { get; } = handle;

        public long Sequence { get; set; } = 1;
    }
}
