using Orchestration.Grains.Kernel.History;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>
/// Which numbered requests a run has taken, so that a repeat changes nothing: a sender's highest numbers, and a floor below which
/// all count as taken. Written by the events that carry the requests, so a replay rebuilds it; handed on when a run continues as
/// new.
/// </summary>
/// <remarks>
/// Numbers begin with 1. A client has one batch of numbered requests to an instance in flight at a time, and a run delivers to
/// one receiver in order: so hardly a number is passed by a higher one, and a small window is exact. Clients that have been
/// silent for an hour of event time, long past their last repeat, are forgotten once there are many.
/// </remarks>
internal sealed class RequestLog
{
    /// <summary>How many of a client's numbers are told apart.</summary>
    public const int ClientWindow = 64;

    /// <summary>How many of a run's numbers are told apart.</summary>
    public const int RunWindow = 1024;

    private const int ManySenders = 256;
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    private Dictionary<Guid, Sender>? _senders; // most runs hear of nobody
    private int _forgetAbove = ManySenders;

    /// <summary>How many senders are remembered.</summary>
    public int Count => _senders?.Count ?? 0;

    /// <summary>Whether the request was taken.</summary>
    public bool Knows(RequestId? request, MessageSource? source) => source is null
        ? request is { } r && Knows(r.Client, r.Number)
        : Knows(source.RunId.Value, source.Command);

    /// <summary>Notes that the request is taken.</summary>
    public void Note(RequestId? request, MessageSource? source, DateTimeOffset at)
    {
        if (source is not null) Note(source.RunId.Value, source.Command, isRun: true, at);
        else if (request is { } r) Note(r.Client, r.Number, isRun: false, at);
    }

    /// <summary>What a run that continues this one has to know.</summary>
    public IReadOnlyList<SenderRecord> Carry() =>
        _senders is { } senders ? [.. senders.OrderBy(static s => s.Key).Select(static s => s.Value.ToRecord(s.Key))] : [];

    /// <summary>Takes over what an earlier run knew.</summary>
    public void Adopt(IReadOnlyList<SenderRecord> records)
    {
        foreach (var record in records) (_senders ??= [])[record.Sender] = new Sender(record);
    }

    private bool Knows(Guid sender, long number) =>
        _senders is { } senders && senders.TryGetValue(sender, out var known) && known.Knows(number);

    private void Note(Guid sender, long number, bool isRun, DateTimeOffset at)
    {
        var senders = _senders ??= [];
        if (!senders.TryGetValue(sender, out var known))
        {
            if (senders.Count >= _forgetAbove) ForgetSilent(senders, at);
            senders.Add(sender, known = new Sender(isRun));
        }

        known.Note(number, at);
    }

    private void ForgetSilent(Dictionary<Guid, Sender> senders, DateTimeOffset now)
    {
        foreach (var (id, sender) in senders)
            if (!sender.IsRun && now - sender.LastAt > Silence) senders.Remove(id);
        _forgetAbove = Math.Max(ManySenders, senders.Count * 2);
    }

    private sealed class Sender(bool isRun)
    {
        // Rising. Kept up to twice the window, so that forgetting the oldest costs little a number.
        private readonly List<long> _taken = new(1);
        private long _floor;

        public Sender(SenderRecord record) : this(record.IsRun)
        {
            _taken.AddRange(record.Taken);
            _floor = record.Floor;
            LastAt = record.LastAt;
        }

        public bool IsRun => isRun;

        public DateTimeOffset LastAt { get; private set; }

        private int Window => isRun ? RunWindow : ClientWindow;

        public bool Knows(long number) => number <= _floor || (_taken.Count > 0 && number <= _taken[^1]
            && _taken.BinarySearch(number) >= 0);

        public void Note(long number, DateTimeOffset at)
        {
            LastAt = at;
            if (number <= _floor) return;
            if (_taken.Count == 0 || number > _taken[^1]) _taken.Add(number);
            else if (_taken.BinarySearch(number) is var at0 and < 0) _taken.Insert(~at0, number);
            if (_taken.Count < 2 * Window) return;
            _floor = _taken[Window - 1];
            _taken.RemoveRange(0, Window);
        }

        // No more than the window is handed on, so that a continuation's event stays small.
        public SenderRecord ToRecord(Guid id)
        {
            var dropped = Math.Max(0, _taken.Count - Window);
            return new SenderRecord
            {
                Sender = id, IsRun = isRun, Floor = dropped == 0 ? _floor : _taken[dropped - 1], Taken = _taken[dropped..],
                LastAt = LastAt,
            };
        }
    }
}
