using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestration.Silo.Api.Errors;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>What endpoints say of themselves, for the OpenAPI document.</summary>
internal static class EndpointConventions
{
    /// <summary>Names an endpoint.</summary>
    public static RouteHandlerBuilder Named(this RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.WithName(name).WithSummary(summary).Produces<ProblemModel>(400, ApiProblem.MediaType);

    /// <summary>Says which query parameters it takes.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params string[] parameters) =>
        endpoint.WithMetadata(new QueryParameters(parameters));

    /// <summary>Says what body it reads.</summary>
    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint) where T : notnull =>
        endpoint.Accepts<T>(isOptional: true, "application/json");

    /// <summary>Says that it may be repeated under a key.</summary>
    public static RouteHandlerBuilder MayRepeat(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(Repeatable.Mark);

    /// <summary>Says what it answers.</summary>
    public static RouteHandlerBuilder Answers<T>(
        this RouteHandlerBuilder endpoint, int status = 200, string mediaType = "application/json") =>
        endpoint.Produces<T>(status, mediaType);

    /// <summary>Says that it answers with nothing.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, int status) => endpoint.Produces(status);

    /// <summary>The query parameters of an endpoint.</summary>
    internal sealed record QueryParameters(IReadOnlyList<string> Names);

    /// <summary>Marks what may be repeated under a key.</summary>
    internal sealed class Repeatable
    {
        public static Repeatable Mark { get; } = new();
    }
}
