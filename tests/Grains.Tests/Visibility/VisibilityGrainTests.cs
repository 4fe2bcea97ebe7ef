using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Visibility;

public sealed class VisibilityGrainTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    private IVisibilityGrain Grain => _silo.Grains.GetGrain<IVisibilityGrain>("any");

    public async Task InitializeAsync() =>
        _silo = await TestSilo.StartAsync(new InMemoryHistoryStore(), TestHosting.All, services: s =>
            s.Add(new(typeof(World), new World())));

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task List_NoRuns_IsAnEmptyPage()
    {
        var reply = await Grain.ListAsync(new ListRequest());

        Assert.Null(reply.Fault);
        Assert.Empty(reply.Runs);
        Assert.Null(reply.Continuation);
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task List_BadRequest_IsATypedFault(ListRequest request)
    {
        var reply = await Grain.ListAsync(request);

        Assert.Equal(FaultKind.InvalidRequest, reply.Fault!.Kind);
        Assert.NotEmpty(reply.Fault.Message);
    }

    public static TheoryData<ListRequest> BadRequests() =>
    [
        new ListRequest { Namespace = "no such:thing" },
        new ListRequest { PageSize = 0 },
        new ListRequest { PageSize = 1_001 },
        new ListRequest { Status = (WorkflowStatus)99 },
        new ListRequest { WorkflowType = "" },
        new ListRequest { IdPrefix = new string('x', 1_001) },
        new ListRequest { StartedFrom = DateTimeOffset.UnixEpoch, StartedBefore = DateTimeOffset.UnixEpoch },
        new ListRequest { ClosedFrom = DateTimeOffset.UnixEpoch, ClosedBefore = DateTimeOffset.UnixEpoch },
        new ListRequest { Continuation = "not one of ours" },
    ];
}
