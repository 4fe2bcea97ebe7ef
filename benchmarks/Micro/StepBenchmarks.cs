using System.Buffers;
using BenchmarkDotNet.Attributes;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;

namespace Orchestration.Benchmarks.Micro;

/// <summary>One live step: an activity's completion comes in, the next activity goes out; and its two events as bytes.</summary>
[MemoryDiagnoser]
public class StepBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly List<HistoryEvent> _read = [];
    private ChainRun _chain = new();
    private long _command;
    private IReadOnlyList<HistoryEvent> _events = [];

    /// <summary>Starts a run.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _chain = new ChainRun(int.MaxValue);
        _chain.Start(int.MaxValue);
        _command = 1;
        _events = _chain.Step(_command++).Events;
        HistorySerializer.Write(_events, _buffer);
    }

    /// <summary>The kernel alone.</summary>
    [Benchmark]
    public Turn Step() => _chain.Step(_command++);

    /// <summary>Two events to bytes.</summary>
    [Benchmark]
    public int Write()
    {
        _buffer.ResetWrittenCount();
        HistorySerializer.Write(_events, _buffer);
        return _buffer.WrittenCount;
    }

    /// <summary>Two events from bytes.</summary>
    [Benchmark]
    public int Read()
    {
        _read.Clear();
        HistorySerializer.Read(_buffer.WrittenSpan, HistorySerializer.Format, _read);
        return _read.Count;
    }
}
