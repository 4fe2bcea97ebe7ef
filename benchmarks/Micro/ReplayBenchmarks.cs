using System.Buffers;
using BenchmarkDotNet.Attributes;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;

namespace Orchestration.Benchmarks.Micro;

/// <summary>Rebuilding a run from its history, as events in memory and as the bytes that a store holds.</summary>
[MemoryDiagnoser]
public class ReplayBenchmarks
{
    private RunSettings? _settings;
    private List<HistoryEvent> _history = [];
    private byte[] _body = [];

    /// <summary>How many events.</summary>
    [Params(10, 1_000, 10_000)]
    public int Events { get; set; }

    /// <summary>Makes the history.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var chain = new ChainRun();
        _settings = chain.Settings;
        _history = chain.Grow(Events);
        var buffer = new ArrayBufferWriter<byte>();
        HistorySerializer.Write(_history, buffer);
        _body = buffer.WrittenSpan.ToArray();
    }

    /// <summary>Events in memory.</summary>
    [Benchmark]
    public WorkflowRun Replay() => WorkflowRun.Replay(_settings!, _history);

    /// <summary>Stored bytes.</summary>
    [Benchmark]
    public WorkflowRun ReadAndReplay()
    {
        var events = new List<HistoryEvent>();
        HistorySerializer.Read(_body, HistorySerializer.Format, events);
        return WorkflowRun.Replay(_settings!, events);
    }
}
