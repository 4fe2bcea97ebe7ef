using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// Wakes runs at bounded concurrency. A run is in it at most once. Belongs to one shard and its scheduler: not thread-safe.
/// </summary>
internal sealed partial class WakePump
{
    private readonly Queue<Wake> _ready = new();
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Wake> _again = new(StringComparer.Ordinal);
    private readonly Func<Wake, Task> _wake;
    private readonly Action<Wake> _failed;
    private readonly Action _roomFreed;
    private readonly WakeGate _gate;
    private readonly ILogger _logger;
    private readonly int _width;
    private TaskCompletionSource? _room;
    private int _inFlight;
    private bool _starting;
    private bool _stopped;

    /// <summary>Makes a pump.</summary>
    /// <param name="width">
    /// How many wakes are under way at a time; more while the silo has places to spare, since each of them waits for the store
    /// several times.
    /// </param>
    /// <param name="gate">The silo's bound.</param>
    /// <param name="wake">Wakes a run.</param>
    /// <param name="failed">Takes a wake that failed.</param>
    /// <param name="roomFreed">Called whenever there is room again.</param>
    /// <param name="logger">Takes the failures.</param>
    public WakePump(int width, WakeGate gate, Func<Wake, Task> wake, Action<Wake> failed, Action roomFreed, ILogger logger)
    {
        _width = width;
        _gate = gate;
        _wake = wake;
        _failed = failed;
        _roomFreed = roomFreed;
        _logger = logger;
    }

    /// <summary>Whether more may be added: so many may stand ready beside those that are under way.</summary>
    public bool HasRoom => _ready.Count < _width;

    /// <summary>How many runs are in it.</summary>
    public int Count => _present.Count;

    /// <summary>Whether a run is in it.</summary>
    public bool Contains(string workflow) => _present.Contains(workflow);

    /// <summary>
    /// Wakes a run as soon as it is its turn. One that is in it already is woken once more after that: the activation that is
    /// being woken may be the one that is about to go, and has asked for this.
    /// </summary>
    public void Add(Wake wake)
    {
        if (_stopped) return;
        if (!_present.Add(wake.Workflow))
        {
            _again[wake.Workflow] = wake;
            return;
        }

        _ready.Enqueue(wake);
        Start();
    }

    /// <summary>Waits until there is room.</summary>
    public Task RoomAsync() =>
        HasRoom || _stopped ? Task.CompletedTask : (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Drops what stands ready.</summary>
    public void Stop()
    {
        _stopped = true;
        _ready.Clear();
        _again.Clear();
        _room?.TrySetResult();
    }

    private void Start()
    {
        // A wake that ends at once calls here again: this loop goes on with the next one.
        if (_starting) return;
        _starting = true;
        while ((_inFlight < _width || _gate.HasRoomToSpare) && _ready.TryDequeue(out var wake))
        {
            _inFlight++;
            _ = WakeAsync(wake);
        }

        _starting = false;
    }

    private async Task WakeAsync(Wake wake)
    {
        var done = false;
        try
        {
            await _gate.EnterAsync();
            try
            {
                await _wake(wake);
                done = true;
            }
            finally
            {
                _gate.Leave();
            }
        }
        catch (Exception e)
        {
            LogWakeFailed(_logger, e, wake.Workflow, wake.Reason, wake.Failures + 1);
        }

        _inFlight--;
        _present.Remove(wake.Workflow);
        if (_stopped) return;
        if (!done) _failed(wake);
        if (_again.Remove(wake.Workflow, out var again)) Add(again);
        Start();
        if (!HasRoom) return;
        var room = _room;
        _room = null;
        room?.TrySetResult();
        _roomFreed();
    }
}
