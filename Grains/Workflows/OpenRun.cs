using System.Buffers;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Workflows;

/// <summary>An open run in memory: the kernel's state, and how much of it the store has.</summary>
internal sealed class OpenRun(WorkflowRun run, StoreKey key, string workflowType, DateTimeOffset startedAt)
{
    private readonly Guid _activation = Guid.NewGuid();
    private long _turns;

    /// <summary>The kernel's state. Ahead of the store while an append is in flight.</summary>
    public WorkflowRun Run { get; } = run;

    public StoreKey Key { get; } = key;

    public string WorkflowType { get; } = workflowType;

    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>The client request that started it.</summary>
    public RequestId? StartedBy { get; init; }

    /// <summary>The W3C trace parent under which its spans hang.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The store's handle; 0 before the first append.</summary>
    public long Handle { get; set; }

    /// <summary>How many events the store has.</summary>
    public long Sequence { get; set; }

    /// <summary>How many bytes of events the store has.</summary>
    public long Bytes { get; set; }

    /// <summary>The summary that the store has; null before the first append.</summary>
    public RunSummary? Summary { get; set; }

    /// <summary>How many wakes without progress the store has counted.</summary>
    public int Wakes { get; set; }

    /// <summary>The bytes of the turn under way. One turn at a time, so one buffer a run; given back when it is large.</summary>
    public ArrayBufferWriter<byte> Buffer { get; private set; } = new(1024);

    public TurnId NextTurn() => new(_activation, ++_turns);

    /// <summary>Readies the buffer for a turn.</summary>
    public void ResetBuffer()
    {
        const int kept = 64 * 1024;
        if (Buffer.Capacity > kept) Buffer = new ArrayBufferWriter<byte>(1024);
        else Buffer.ResetWrittenCount();
    }
}
