using System.Buffers;
using Orchestration.Runtime.Transport;
using Orchestration.Tests.Support;

namespace Orchestration.Runtime.Tests.Transport;

public sealed class FrameConnectionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_ManyThreads_EverythingArrivesInEachSendersOrder(bool sockets)
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets);
        var (near, far) = (ConnectionPair.Frames(pair.Near), ConnectionPair.Frames(pair.Far));
        var log = new FrameLog();
        var receiving = far.ReceiveAsync(log);
        _ = near.ReceiveAsync(new FrameLog());
        const int Senders = 8, Each = 2_000;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                var payload = new byte[8 + (i % 97 == 0 ? 20_000 : i % 50)];
                BitConverter.TryWriteBytes(payload, sender);
                BitConverter.TryWriteBytes(payload.AsSpan(4), i);
                Assert.True(near.Send(FrameLog.Frame(FrameKind.Request, payload)));
            }
        })));
        var closing = near.CloseAsync(TimeSpan.FromMinutes(1));
        await receiving;
        await closing;
        foreach (var sender in log.Frames.GroupBy(frame => BitConverter.ToInt32(frame.Payload)))
            Assert.Equal(Enumerable.Range(0, Each), sender.Select(frame => BitConverter.ToInt32(frame.Payload, 4)));
        Assert.Equal(Senders * Each, log.Frames.Count);
    }

    [Fact]
    public async Task Send_PeerDoesNotRead_IsCongestedUntilItDoes()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: false, pauseBytes: 4096);
        var near = ConnectionPair.Frames(pair.Near, new TransportOptions { SendHighWater = 10_000 });
        var far = ConnectionPair.Frames(pair.Far);
        var frame = FrameLog.Frame(FrameKind.Request, new byte[1000]);

        // Once these are with the pipe, which does not hold as much, what follows stays.
        var sent = 20;
        near.Send(Enumerable.Repeat(frame, sent).SelectMany(static bytes => bytes).ToArray());
        await Eventually.EventuallyAsync(() => !near.IsCongested, "the first are on their way");
        while (!near.IsCongested)
        {
            near.Send(frame);
            Assert.InRange(++sent, 1, 100);
        }

        var drained = near.WhenDrainedAsync();
        Assert.False(drained.IsCompleted);
        var log = new FrameLog();
        _ = far.ReceiveAsync(log);
        await drained;
        Assert.False(near.IsCongested);
        await Eventually.EventuallyAsync(() => log.Frames.Count == sent, "all frames arrive");
    }

    [Fact]
    public async Task Receive_PeerDoesNotReadOurAnswers_ItsFramesAreNotTakenIn()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: false, pauseBytes: 4096);
        var far = ConnectionPair.Frames(pair.Far, new TransportOptions { SendHighWater = 10_000 });
        var echo = new Echo(far);
        var receiving = far.ReceiveAsync(echo);
        var near = ConnectionPair.Frames(pair.Near, new TransportOptions { SendHighWater = 10_000 }, holdsBack: false);
        var frame = FrameLog.Frame(FrameKind.Request, new byte[1000]);
        for (var i = 0; i < 500; i++) near.Send(frame);
        await Eventually.EventuallyAsync(() => far.IsCongested, "the far end is congested");

        // Both are: the one that asks must read nevertheless, or neither ever would again. A flush may just have taken all of it.
        var sent = 500;
        while (!near.IsCongested)
        {
            near.Send(frame);
            Assert.InRange(++sent, 1, 1000);
        }

        // What one end holds is bounded by the marks and the pipes between, whatever the other sends.
        Assert.InRange(echo.Count, 1, 50);
        var log = new FrameLog();
        _ = near.ReceiveAsync(log);
        await Eventually.EventuallyAsync(() => log.Frames.Count == sent, "all answers arrive once they are read");
        Assert.False(receiving.IsCompleted);
    }

    [Fact]
    public async Task Send_PeerNeverReads_ConnectionIsGivenUpAtTheLimit()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: true);
        var near = ConnectionPair.Frames(pair.Near, new TransportOptions { SendLimit = 8 * 1024 * 1024 });
        var receiving = near.ReceiveAsync(new FrameLog());
        var frame = FrameLog.Frame(FrameKind.Request, new byte[1024 * 1024]);
        for (var i = 0; i < 100 && near.Send(frame); i++)
        {
        }

        await receiving;
        Assert.Contains("does not read", near.AbortReason, StringComparison.Ordinal);
        Assert.False(near.Send(frame));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1025u)]
    [InlineData(uint.MaxValue)]
    public async Task Receive_ImpossibleLength_EndsTheConnection(uint length)
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: false);
        var far = ConnectionPair.Frames(pair.Far, new TransportOptions { MaxFrameBytes = 1024 });
        var receiving = far.ReceiveAsync(new FrameLog());
        await pair.Near.Transport.Output.WriteAsync((byte[])[.. BitConverter.GetBytes(length), 1, 2, 3]);
        await receiving;
        Assert.NotNull(far.AbortReason);
    }

    [Fact]
    public async Task Receive_HandlerThrows_EndsTheConnectionOnly()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: true);
        var far = ConnectionPair.Frames(pair.Far);
        var receiving = far.ReceiveAsync(new Thrower());
        await pair.Near.Transport.Output.WriteAsync(FrameLog.Frame(FrameKind.Request, 1));
        await receiving;
        Assert.Equal("no", far.AbortReason);
    }

    [Fact]
    public async Task KeepAlive_SilentPeer_IsAskedAndThenGivenUp()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: false);
        var time = new ManualTimeProvider();
        var options = new TransportOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(10),
            KeepAliveTimeout = TimeSpan.FromSeconds(30)
        };
        var near = ConnectionPair.Frames(pair.Near, options, time);
        var receiving = near.ReceiveAsync(new FrameLog());
        time.Advance(TimeSpan.FromSeconds(10));
        var read = await pair.Far.Transport.Input.ReadAtLeastAsync(5);
        Assert.Equal(FrameLog.Frame(FrameKind.Ping), read.Buffer.ToArray());
        pair.Far.Transport.Input.AdvanceTo(read.Buffer.End);
        Assert.False(receiving.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(20));
        await receiving;
        Assert.Equal("the peer is silent", near.AbortReason);
    }

    [Fact]
    public async Task KeepAlive_PeerAnswers_ConnectionLasts()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: false);
        var time = new ManualTimeProvider();
        var near = ConnectionPair.Frames(pair.Near, time: time);
        var far = ConnectionPair.Frames(pair.Far);
        var receiving = near.ReceiveAsync(new FrameLog());
        _ = far.ReceiveAsync(new FrameLog());
        for (var i = 0; i < 20; i++)
        {
            time.Advance(new TransportOptions().KeepAliveInterval);
            await Eventually.EventuallyAsync(() => near.Silence == TimeSpan.Zero, "the answer arrives");
        }

        Assert.False(receiving.IsCompleted);
        Assert.Null(near.AbortReason);
    }

    [Fact]
    public async Task KeepAlive_NothingIsAwaited_AsksSeldom()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: false);
        var (time, options) = (new ManualTimeProvider(), new TransportOptions());
        var near = ConnectionPair.Frames(pair.Near, options, time);
        var receiving = near.ReceiveAsync(new FrameLog { IsAwaiting = false });
        time.Advance(options.IdleKeepAliveInterval - TimeSpan.FromSeconds(1));
        Assert.False(pair.Far.Transport.Input.TryRead(out _));
        time.Advance(TimeSpan.FromSeconds(1));
        var read = await pair.Far.Transport.Input.ReadAtLeastAsync(5);
        Assert.Equal(FrameLog.Frame(FrameKind.Ping), read.Buffer.ToArray());
        Assert.False(receiving.IsCompleted);
        time.Advance(options.KeepAliveTimeout);
        await receiving;
        Assert.Equal("the peer is silent", near.AbortReason);
    }

    [Fact]
    public async Task KeepAlive_AwaitedAfterLongSilence_IsAskedBeforeItIsGivenUpAndNotLater()
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets: false);
        var (time, options) = (new ManualTimeProvider(), new TransportOptions());
        var near = ConnectionPair.Frames(pair.Near, options, time);
        var owner = new FrameLog { IsAwaiting = false };
        var receiving = near.ReceiveAsync(owner);
        time.Advance(options.IdleKeepAliveInterval - TimeSpan.FromSeconds(2));
        owner.IsAwaiting = true;
        for (var asked = 0; asked < 4; asked++)
        {
            Assert.Null(near.AbortReason);
            time.Advance(options.KeepAliveInterval);
        }

        Assert.Null(near.AbortReason);
        time.Advance(options.KeepAliveInterval);
        Assert.Equal("the peer is silent", near.AbortReason);
        await receiving;
    }

    [Fact]
    public async Task KeepAlive_ManyConnections_ShareOneTimerWhichEndsWithThem()
    {
        var time = new CountingTime(new ManualTimeProvider());
        var beat = new KeepAliveBeat(time, TimeSpan.FromSeconds(1));
        var pairs = await Task.WhenAll(Enumerable.Range(0, 20).Select(static _ => ConnectionPair.OpenAsync(sockets: false)));
        var receiving = pairs.Select(
            pair => ConnectionPair.Frames(pair.Near, time: time, beat: beat).ReceiveAsync(new FrameLog())).ToArray();
        Assert.Equal(1, time.Timers);
        foreach (var pair in pairs) await pair.DisposeAsync();
        await Task.WhenAll(receiving);
        Assert.Equal(0, time.Timers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_WhatWaits_IsSentFirst(bool sockets)
    {
        await using var pair = await ConnectionPair.OpenAsync(sockets);
        var (near, far) = (ConnectionPair.Frames(pair.Near), ConnectionPair.Frames(pair.Far));
        var log = new FrameLog();
        var receiving = far.ReceiveAsync(log);
        _ = near.ReceiveAsync(new FrameLog());
        for (var i = 0; i < 100; i++) near.Send(FrameLog.Frame(FrameKind.Response, new byte[5000]));
        await near.CloseAsync(TimeSpan.FromMinutes(1));
        await receiving;
        Assert.Equal(100, log.Frames.Count);
        Assert.Null(near.AbortReason);
        Assert.False(near.Send(FrameKind.Ping));
    }

    [Fact]
    public async Task Receive_RandomBytes_EndsWithoutHarm()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            await using var pair = await ConnectionPair.OpenAsync(sockets: false);
            var far = ConnectionPair.Frames(pair.Far, new TransportOptions { MaxFrameBytes = 4096 });
            var receiving = far.ReceiveAsync(new FrameLog());
            var bytes = new byte[200];
            new Random(seed).NextBytes(bytes);
            await pair.Near.Transport.Output.WriteAsync(bytes);
            await pair.Near.Transport.Output.CompleteAsync();
            await receiving;
        }
    }

    private sealed class Echo(FrameConnection connection) : IFrameHandler
    {
        public int Count;

        public void OnFrame(FrameKind kind, in ReadOnlySequence<byte> payload)
        {
            Interlocked.Increment(ref Count);
            connection.Send(FrameLog.Frame(FrameKind.Response, payload.ToArray()));
        }
    }

    private sealed class Thrower : IFrameHandler
    {
        public void OnFrame(FrameKind kind, in ReadOnlySequence<byte> payload) => throw new InvalidOperationException("no");
    }

    /// <summary>Counts the timers that run.</summary>
    private sealed class CountingTime(TimeProvider inner) : TimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return new Counted(this, inner.CreateTimer(callback, state, dueTime, period));
        }

        private sealed class Counted(CountingTime owner, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                Interlocked.Decrement(ref owner._timers);
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Interlocked.Decrement(ref owner._timers);
                return timer.DisposeAsync();
            }
        }
    }
}
