using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Orchestration.Silo.Api.Endpoints;
using Orchestration.Silo.Api.Values;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>The OpenAPI document: what the framework finds, and what endpoints say of their query parameters.</summary>
internal static class ApiDocument
{
    /// <summary>The document's name, and where it is served.</summary>
    public const string Name = "v1";

    private static readonly Dictionary<string, (JsonSchemaType Type, string? Format, string About)> Parameters =
        new(StringComparer.Ordinal)
        {
            ["type"] = (JsonSchemaType.String, null, "Only this workflow type."),
            ["status"] = (JsonSchemaType.String, null,
                "Only this status: running, completed, failed, canceled, terminated, stalled, continuedAsNew, timedOut."),
            ["idPrefix"] = (JsonSchemaType.String, null, "Only ids that begin so."),
            ["startedFrom"] = (JsonSchemaType.String, "date-time", "Only runs that started at or after this time."),
            ["startedBefore"] = (JsonSchemaType.String, "date-time", "Only runs that started before this time."),
            ["closedFrom"] = (JsonSchemaType.String, "date-time", "Only runs that ended at or after this; newest end first."),
            ["closedBefore"] = (JsonSchemaType.String, "date-time", "Only runs that ended before this; newest end first."),
            ["pageSize"] = (JsonSchemaType.Integer, null, "How many at most, 1 to 1,000; 100 unless given."),
            ["cursor"] = (JsonSchemaType.String, null, "Where the page before ended, or the stream was left."),
            ["runId"] = (JsonSchemaType.String, null, "The run; the latest unless given."),
            ["from"] = (JsonSchemaType.Integer, "int64", "The first event wanted, from 1."),
            ["limit"] = (JsonSchemaType.Integer, null, "How many events at most, 1 to 5,000; 500 unless given."),
            ["wait"] = (JsonSchemaType.Number, null, "How many seconds to wait, 0 to 60; 20 unless given."),
        };

    /// <summary>Sets the document up.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Orchestration",
                Version = "1",
                Description = "Durable workflows over HTTP. Errors are application/problem+json with a code and what to do; "
                    + "requests that change something may carry an Idempotency-Key and then be repeated.",
            };
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            operation.Parameters ??= [];
            foreach (var metadata in context.Description.ActionDescriptor.EndpointMetadata)
            {
                if (metadata is EndpointConventions.QueryParameters query)
                    foreach (var name in query.Names) operation.Parameters.Add(Parameter(name));
                else if (metadata is EndpointConventions.Repeatable)
                    operation.Parameters.Add(new OpenApiParameter
                    {
                        Name = ApiArguments.IdempotencyHeader,
                        In = ParameterLocation.Header,
                        Description = "Names the request, so that it may be repeated and takes effect once.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    });
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(static (schema, context, _) =>
        {
            // A value of the application is any JSON.
            if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) != typeof(UserValue))
                return Task.CompletedTask;
            schema.Type = null;
            schema.Properties?.Clear();
            schema.Required?.Clear();
            schema.Description ??=
                "Any JSON; a value that is none is {\"$payload\": {\"headers\": {...}, \"data\": \"base64\"}}.";
            return Task.CompletedTask;
        });
    }

    private static OpenApiParameter Parameter(string name)
    {
        var (type, format, about) = Parameters[name];
        return new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = about,
            Schema = new OpenApiSchema { Type = type, Format = format },
        };
    }
}
