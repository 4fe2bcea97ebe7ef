using System.Runtime.CompilerServices;
using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Client;

/// <inheritdoc cref="IWorkflowClient"/>
public sealed partial class WorkflowClient : IWorkflowClient
{
    private readonly ClientParts _parts;

    /// <summary>Makes a client over grain references, such as an <see cref="IClusterClient"/> or a silo's own factory.</summary>
    /// <param name="grains">Where references come from.</param>
    /// <param name="options">How the client behaves; null for the defaults. Not to be changed afterwards.</param>
    /// <param name="time">The clock of delays and limits; null is the system's.</param>
    /// <exception cref="InvalidRequest">An option is not allowed.</exception>
    public WorkflowClient(IGrainFactory grains, WorkflowClientOptions? options = null, TimeProvider? time = null)
        : this(grains, options, time, null)
    {
    }

    internal WorkflowClient(IGrainFactory grains, WorkflowClientOptions? options, TimeProvider? time, GatewayLosses? losses)
    {
        ArgumentNullException.ThrowIfNull(grains);
        options ??= new WorkflowClientOptions();
        options.Validate();
        time ??= TimeProvider.System;
        var sender = new RequestSender(options, time, losses);
        _parts = new ClientParts(grains, options, sender, new ResultWaiter(grains, sender, time), [.. options.Interceptors],
            new SignalChannels(grains, sender), new SenderLanes(), new HubWaiter(grains, sender));
    }

    /// <inheritdoc/>
    public string Namespace => _parts.Options.Namespace;

    /// <inheritdoc/>
    public IWorkflowHandle<TWorkflow> GetWorkflow<TWorkflow>(string id, RunId? runId = null) where TWorkflow : Workflow
    {
        var shape = WorkflowShape.For<TWorkflow>.Value;
        return new WorkflowHandle<TWorkflow>(_parts, KeyOf(id), runId, shape.Name, shape);
    }

    /// <inheritdoc/>
    public IUntypedWorkflowHandle GetWorkflow(string id, string? workflowType = null, RunId? runId = null)
    {
        if (workflowType is not null && Identifiers.Problem(workflowType, WorkflowShape.MaximumNameLength) is { } problem)
            throw new InvalidIdentifier("workflow type", workflowType, problem);
        var shape = workflowType is null ? null : _parts.Options.Find(workflowType);
        return new WorkflowHandle<Workflow>(_parts, KeyOf(id), runId, workflowType, shape);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RunListing> ListAsync(WorkflowFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new WorkflowFilter();
        filter.Validate();
        return InterceptorChain.Call(
            _parts.Interceptors,
            new ListCall { Namespace = Namespace, Filter = filter, CancellationToken = cancellationToken },
            static (interceptor, call, next) => interceptor.ListAsync(call, next),
            call =>
            {
                call.Filter.Validate();
                return ListPagesAsync(call.Namespace, call.Filter, call.CancellationToken);
            });
    }

    private async IAsyncEnumerable<RunListing> ListPagesAsync(
        string @namespace, WorkflowFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await FetchPageAsync(@namespace, filter, continuation, cancellationToken);
            foreach (var run in page.Runs) yield return run;
            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    /// <inheritdoc/>
    public Task<WorkflowPage> ListPageAsync(
        WorkflowFilter? filter = null, string? continuation = null, CancellationToken cancellationToken = default)
    {
        filter ??= new WorkflowFilter();
        filter.Validate();
        return FetchPageAsync(Namespace, filter, continuation, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WorkflowCount>> CountAsync(
        WorkflowFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new WorkflowFilter();
        filter.Validate();
        var reply = await _parts.Sender.SendAsync(
            "count",
            null,
            (Visibility, Request: Request(Namespace, filter, null)),
            static s => s.Visibility.CountAsync(s.Request),
            static reply => reply.Fault,
            cancellationToken);
        return reply.Fault is { } fault ? throw Faults.ToException(fault, default, filter.WorkflowType, null) : reply.Counts;
    }

    private IVisibilityGrain Visibility => _parts.Grains.GetGrain<IVisibilityGrain>(ClientIdentity.Id.ToString("N"));

    private async Task<WorkflowPage> FetchPageAsync(
        string @namespace, WorkflowFilter filter, string? continuation, CancellationToken cancellationToken)
    {
        var page = await _parts.Sender.SendAsync(
            "listing",
            null,
            (Visibility, Request: Request(@namespace, filter, continuation)),
            static s => s.Visibility.ListAsync(s.Request),
            static reply => reply.Fault,
            cancellationToken);
        return page.Fault is { } fault
            ? throw Faults.ToException(fault, default, filter.WorkflowType, null) : new WorkflowPage(page.Runs,
                page.Continuation);
    }

    private static ListRequest Request(string @namespace, WorkflowFilter filter, string? continuation) => new()
    {
        Namespace = @namespace,
        WorkflowType = filter.WorkflowType,
        Status = filter.Status,
        IdPrefix = filter.IdPrefix,
        StartedFrom = filter.StartedFrom,
        StartedBefore = filter.StartedBefore,
        ClosedFrom = filter.ClosedFrom,
        ClosedBefore = filter.ClosedBefore,
        PageSize = filter.PageSize,
        Continuation = continuation,
    };

    private WorkflowKey KeyOf(string id) => new(Namespace, new WorkflowId(id));
}
