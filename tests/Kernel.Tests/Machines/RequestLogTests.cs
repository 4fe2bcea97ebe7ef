using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Kernel.Tests.Support;

namespace Orchestration.Kernel.Tests.Machines;

/// <summary>Which requests count as taken, how much is kept, and what is handed on.</summary>
public class RequestLogTests
{
    private static readonly DateTimeOffset T0 = Harness.Epoch;

    private readonly RequestLog _log = new();
    private readonly Guid _client = Guid.NewGuid();

    [Fact]
    public void Knows_WhatWasNotedAndNothingElse_InAnyOrder()
    {
        foreach (var number in new long[] { 1, 2, 5, 3 }) Note(number);
        Assert.Equal([true, true, true, false, true, false], Enumerable.Range(1, 6).Select(n => Knows(n)));
        Assert.False(_log.Knows(new RequestId(Guid.NewGuid(), 1), null));
        Assert.False(_log.Knows(null, null));
    }

    [Fact]
    public void Note_OutOfOrderWithinTheWindow_TellsEveryNumberApart()
    {
        for (var number = 2L; number < RequestLog.ClientWindow; number += 2) Note(number);
        for (var number = 1L; number < RequestLog.ClientWindow; number++) Assert.Equal(number % 2 == 0, Knows(number));
    }

    [Fact]
    public void Note_Thousands_KeepsAWindowAndForgetsNoneThatWasTaken()
    {
        for (var number = 1L; number <= 10_000; number++) Note(number);
        for (var number = 1L; number <= 10_000; number++) Assert.True(Knows(number));
        Assert.False(Knows(10_001));
        Assert.Equal(RequestLog.ClientWindow, Assert.Single(_log.Carry()).Taken.Count);
        for (var command = 1; command <= 5_000; command++) _log.Note(null, Source(command), T0);
        Assert.Equal(RequestLog.RunWindow, _log.Carry().Single(static r => r.IsRun).Taken.Count);
    }

    [Fact]
    public void Carry_Adopted_KnowsTheSame()
    {
        for (var number = 1L; number <= 300; number += 3) Note(number);
        _log.Note(null, Source(7), T0);
        var next = new RequestLog();
        next.Adopt(_log.Carry());
        for (var number = 110L; number <= 301; number++)
            Assert.Equal(Knows(number), next.Knows(new RequestId(_client, number), null));
        Assert.True(next.Knows(null, Source(7)));
        Assert.False(next.Knows(null, Source(8)));
        Assert.Equal(_log.Carry().Select(static r => (r.Sender, r.Floor, r.LastAt)), next.Carry().Select(static r =>
            (r.Sender, r.Floor, r.LastAt)));
    }

    [Fact]
    public void Senders_SilentForAnHour_AreForgottenOnceThereAreManyButNeverRuns()
    {
        _log.Note(null, Source(1), T0);
        for (var i = 0; i < 400; i++) _log.Note(new RequestId(Guid.NewGuid(), 1), null, T0);
        Assert.Equal(401, _log.Count); // all spoke just now: none may be forgotten
        for (var i = 0; i < 1000; i++) _log.Note(new RequestId(Guid.NewGuid(), 1), null, T0.AddHours(2));
        Assert.Equal(1001, _log.Count);
        Assert.True(_log.Knows(null, Source(1)));
    }

    private static MessageSource Source(long command) => new(Harness.Key, Harness.RunId, command);

    private void Note(long number) => _log.Note(new RequestId(_client, number), null, T0);

    private bool Knows(long number) => _log.Knows(new RequestId(_client, number), null);
}
