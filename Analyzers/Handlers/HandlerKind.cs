namespace Orchestration.Analyzers.Handlers;

/// <summary>What a handler is for.</summary>
internal enum HandlerKind
{
    Signal,
    Query,
    Update,
    Validator,
}
