using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Client.Tests;

/// <summary>Calls that were under way when the connection to a silo was lost.</summary>
public sealed class GatewayLossTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly GatewayLosses _losses;
    private readonly RequestSender _sender;
    private readonly List<TaskCompletionSource<string>> _calls = [];

    public GatewayLossTests()
    {
        _losses = new GatewayLosses(_time);
        var options = new WorkflowClientOptions
        {
            FirstRepeatDelay = TimeSpan.FromMilliseconds(1), MaximumRepeatDelay = TimeSpan.FromMilliseconds(2),
        };
        _sender = new RequestSender(options, TimeProvider.System, _losses);
    }

    [Fact]
    public async Task SendAsync_LostAndNotAnsweredSince_IsRepeatedOnceTheGraceIsOver()
    {
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = SendAsync(onRepeat: again.SetResult);
        _losses.Report();
        _time.Advance(GatewayLosses.Grace - TimeSpan.FromTicks(1));
        Assert.Single(_calls);
        _time.Advance(TimeSpan.FromTicks(1));
        await again.Task;
        _calls[1].SetResult("second");
        Assert.Equal("second", await answer);

        // What becomes of the first one is nobody's concern any more.
        _calls[0].SetException(new TimeoutException());
    }

    [Fact]
    public async Task SendAsync_LostAndAnsweredWithinTheGrace_IsNotRepeated()
    {
        var answer = SendAsync();
        _losses.Report();
        _calls[0].SetResult("first");
        Assert.Equal("first", await answer);
        _time.Advance(GatewayLosses.Grace);
        Assert.Single(_calls);
    }

    [Fact]
    public async Task SendAsync_SentAfterTheLoss_WaitsForItsAnswer()
    {
        var before = SendAsync();
        _losses.Report();
        var after = SendAsync(onRepeat: static () => { });
        _calls[0].SetResult("before");
        await before;
        _time.Advance(GatewayLosses.Grace);
        Assert.Null(_time.NextDue);
        _calls[1].SetResult("after");
        Assert.Equal("after", await after);
        Assert.Equal(2, _calls.Count);
    }

    [Fact]
    public async Task SendAsync_CallerGivesUp_IsToldSoAndNothingIsRepeated()
    {
        using var gone = new CancellationTokenSource();
        var answer = SendAsync(cancellationToken: gone.Token);
        _losses.Report();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        _time.Advance(GatewayLosses.Grace);
        Assert.Single(_calls);
    }

    [Fact]
    public async Task WaitAtAHub_Lost_GoesOnWithTheWorkflow()
    {
        var waiter = new HubWaiter(new ScriptedGrains { IsSilent = true }, _sender);
        var waiting = waiter.WaitAsync(Guid.NewGuid(), new HubTicket("hub", "topic", 0), CancellationToken.None);
        _losses.Report();
        _time.Advance(GatewayLosses.Grace);
        Assert.False(await waiting);
    }

    private Task<string> SendAsync(Action? onRepeat = null, CancellationToken cancellationToken = default)
    {
        var isRepeat = false;
        return _sender.SendAsync(
            "ask", new WorkflowKey("w"), _calls,
            calls =>
            {
                var call = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                calls.Add(call);
                if (isRepeat) onRepeat!();
                isRepeat = true;
                return call.Task;
            },
            static _ => (Fault?)null,
            cancellationToken);
    }
}
