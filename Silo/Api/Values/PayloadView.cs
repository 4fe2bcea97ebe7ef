using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Values;

/// <summary>
/// Stands between the API's JSON and payloads where values pass a codec. What comes in as JSON is encoded, so that nothing is in
/// a history in the clear which its own code would have encoded; what goes out is decoded where the silo is told to, and else
/// shown as it is stored.
/// </summary>
internal sealed class PayloadView
{
    private static readonly AsyncLocal<PayloadView?> Ambient = new();

    private readonly CodecPayloadConverter _codec;
    private readonly bool _decodes;

    /// <param name="codec">The codecs of the silo.</param>
    /// <param name="decodes">Whether the API shows decoded values.</param>
    public PayloadView(CodecPayloadConverter codec, bool decodes) => (_codec, _decodes) = (codec, decodes);

    /// <summary>The view of the request under way; null where values pass no codec.</summary>
    public static PayloadView? Current => Ambient.Value;

    /// <summary>Has the requests see values through it, where the silo has codecs.</summary>
    public static Func<HttpContext, RequestDelegate, Task>? Middleware(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<OrchestrationOptions>>().Value;
        if (options.PayloadConverter is not CodecPayloadConverter codec) return null;
        var view = new PayloadView(codec, services.GetRequiredService<ApiSettings>().DecodesPayloads);
        return (http, next) =>
        {
            Ambient.Value = view;
            return next(http);
        };
    }

    /// <summary>A value that came in; what its sender has encoded stays as it is.</summary>
    public Payload Take(Payload payload) => _codec.Encode(payload);

    /// <summary>A value as it may be shown; what cannot be decoded is shown as it is stored.</summary>
    public Payload Show(Payload payload)
    {
        if (!_decodes) return payload;
        try
        {
            return _codec.Decode(payload);
        }
        catch (PayloadUndecodable)
        {
            return payload;
        }
    }
}
