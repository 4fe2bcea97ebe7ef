using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>A service that does not tell one thing of the blobs that it gives.</summary>
public sealed class WithoutHeader(string name) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The store sends no request synchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (message.Request.Method == RequestMethod.Get && !message.Response.IsError)
            message.Response = new Rest(message.Response, name);
    }

    private sealed class Rest(Response whole, string without) : Response
    {
        public override int Status => whole.Status;

        public override string ReasonPhrase => whole.ReasonPhrase;

        public override Stream? ContentStream
        {
            get => whole.ContentStream;
            set => whole.ContentStream = value;
        }

        public override string ClientRequestId
        {
            get => whole.ClientRequestId;
            set => whole.ClientRequestId = value;
        }

        public override void Dispose() => whole.Dispose();

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return IsTold(name) && whole.Headers.TryGetValue(name, out value);
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = null;
            return IsTold(name) && whole.Headers.TryGetValues(name, out values);
        }

        protected override bool ContainsHeader(string name) => IsTold(name) && whole.Headers.Contains(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => whole.Headers.Where(header => IsTold(header.Name));

        private bool IsTold(string name) => !string.Equals(name, without, StringComparison.OrdinalIgnoreCase);
    }
}
