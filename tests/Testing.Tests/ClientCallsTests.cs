using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Testing.Hosting;
using Orchestration.Testing.Time;
using Orleans.Runtime;

namespace Orchestration.Testing.Tests;

/// <summary>
/// A call is answered or fails, at whatever point of its way the silo dies. Were one lost, its caller would wait for ever, and
/// the clock would fly meanwhile.
/// </summary>
public sealed class ClientCallsTests : IDisposable
{
    private readonly WorkLedger _ledger = new();
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly ClientCalls _calls;
    private readonly PendingCalls _pending;
    private readonly ReferenceFactory _grains;

    public ClientCallsTests()
    {
        _calls = new ClientCalls(_ledger);
        _pending = new PendingCalls(TimeProvider.System, TimeSpan.FromDays(1)) { Watcher = _calls };
        var references = new ReferenceRuntime(
            _pending, new ValueCopier(SharedParts.Serializer, everything: true), () => _calls, copiesArguments: true);
        _grains = new ReferenceFactory(references, SharedParts.Classes, _services);
    }

    [Fact]
    public async Task Send_SiloDiesMeanwhile_Fails()
    {
        _calls.Attach(new Silo(_ => _calls.Detach()));

        var call = CallAsync("a");

        await AssertLostAsync(call);
    }

    [Fact]
    public async Task Attach_SiloDiesWhileTheWaitingAreSent_AllFail()
    {
        var first = CallAsync("a");
        var second = CallAsync("b");

        _calls.Attach(new Silo(_ => _calls.Detach()));

        await AssertLostAsync(first, second);
    }

    [Fact]
    public void Detach_CallThatWaitsForASilo_GoesToTheNext()
    {
        var call = CallAsync("a");
        _calls.Detach();
        var sent = new List<Request>();

        _calls.Attach(new Silo(sent.Add));

        Assert.Single(sent);
        Assert.False(call.IsCompleted);
        Assert.Equal((0, 0, 1), _ledger.Counts);
    }

    public void Dispose()
    {
        _pending.Dispose();
        _services.Dispose();
    }

    private Task<DescribeReply> CallAsync(string key) =>
        _grains.GetGrain<IWorkflowGrain>(key).DescribeAsync(new DescribeRequest());

    private async Task AssertLostAsync(params Task[] calls)
    {
        foreach (var call in calls)
        {
            Assert.True(call.IsCompleted, "The call is still waiting.");
            await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
        }

        Assert.Equal((0, 0, 0), _ledger.Counts);
    }

    private sealed class Silo(Action<Request> taken) : IRequestRouter
    {
        public void Send(Request request) => taken(request);

        public void Cancel(Request request) => throw new NotSupportedException();

        public void Forget(Request request) => throw new NotSupportedException();
    }
}
