using Orchestration.Runtime.Messaging;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Activations;

/// <summary>One activation of a grain.</summary>
internal sealed class Activation : IGrainContext
{
    public GrainReference GrainReference => throw new NotImplementedException();

    public GrainId GrainId => throw new NotImplementedException();

    public object? GrainInstance => throw new NotImplementedException();

    public ActivationId ActivationId => throw new NotImplementedException();

    public GrainAddress Address => throw new NotImplementedException();

    public IServiceProvider ActivationServices => throw new NotImplementedException();

    public IGrainLifecycle ObservableLifecycle => throw new NotImplementedException();

    public Task Deactivated => throw new NotImplementedException();

    internal TurnQueue Turns { get; } = new();

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    internal void Finished(Request request) => throw new NotImplementedException($"{request} {this}");

    internal void Threw(Request request, Exception exception) => throw new NotImplementedException($"{request} {exception} {this}");
}
