using Orchestration.Runtime.Messaging;
using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>What the references of one host share: how calls leave it. Thread-safe.</summary>
internal sealed class ReferenceRuntime(PendingCalls pending, ValueCopier copier, Func<IRequestRouter> router,
    bool copiesArguments)
{
    private IRequestRouter? _router;

    public PendingCalls Pending { get; } = pending;

    public ValueCopier Copier { get; } = copier;

    // Routing needs references (to place, to remind) and references need routing: resolved at the first call.
    public IRequestRouter Router => _router ??= router();

    /// <summary>Sends a call; its caller's task must exist already.</summary>
    public void Send(Request request, GrainId target)
    {
        var method = request.Method;
        request.Target = target;
        request.Context = RequestContext.CurrentEntries;
        request.Caller = this;
        if (copiesArguments && (method.CopiesArguments || Copier.Everything)) request.CopyArguments(Copier);
        if (!method.OneWay) Pending.Add(request);
        if (method.Cancellable) request.WatchCaller();
        if (!request.IsCompleted) Router.Send(request);
    }
}
