namespace Orchestration.Silo.Api.Security;

/// <summary>Marks an endpoint that needs no key: health, and the pages in which a key is typed.</summary>
internal sealed class OpenToAll
{
    /// <summary>The mark.</summary>
    public static OpenToAll Mark { get; } = new();
}
