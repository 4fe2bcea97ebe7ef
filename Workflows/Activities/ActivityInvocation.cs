namespace Orchestration.Workflows;

/// <summary>An attempt as interceptors see it. Immutable: a change is a copy, handed to what follows.</summary>
public sealed record ActivityInvocation
{
    /// <summary>The attempt.</summary>
    public required ActivityContext Context { get; init; }

    /// <summary>Its arguments, in order, as they were sent.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>Its headers; what follows sees them in <see cref="ActivityContext.Headers"/>.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
}
