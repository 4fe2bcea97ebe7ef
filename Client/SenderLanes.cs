using System.Collections.Concurrent;
using Orchestration.Grains.Interfaces;

namespace Orchestration.Client;

/// <summary>
/// Sender ids for signals that go outside of their channel, with a start: a lane has one request under way at a time, so its
/// highest number tells repeats.
/// </summary>
internal sealed class SenderLanes
{
    private readonly ConcurrentBag<Lane> _free = [];

    /// <summary>A lane for one request.</summary>
    public Lane Rent()
    {
        var lane = _free.TryTake(out var free) ? free : new Lane(Chance.NewGuid());
        lane.Number++;
        return lane;
    }

    /// <summary>Gives a lane back whose request was answered; one whose request may still be on its way is not used
    /// again.</summary>
    public void Return(Lane lane) => _free.Add(lane);

    /// <summary>One lane.</summary>
    internal sealed class Lane(Guid id)
    {
        public Guid Id => id;

        public long Number { get; set; }
    }
}
