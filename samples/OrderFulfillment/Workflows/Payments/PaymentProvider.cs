using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>
/// The payment provider: an HTTP service on a free loopback port, with a ledger of its own. It stands for somebody else's
/// system, so it declines, fails, drops connections and answers late (see <see cref="ProviderRules"/>); but it honours
/// idempotency keys, also those of before a restart.
/// </summary>
public sealed class PaymentProvider(PaymentProviderOptions options, TimeProvider time) : IHostedService, IAsyncDisposable
{
    /// <summary>The header that names what must be done at most once.</summary>
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    /// <summary>
    /// The header by which the shop says how often it has asked. A real provider would have no rule that reads it.
    /// </summary>
    public const string AttemptHeader = "X-Attempt";

    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProviderRules _rules = new(options.Seed);
    private WebApplication? _server;
    private ProviderLedger? _ledger;

    /// <summary>Where it listens, as soon as it does.</summary>
    public Task<Uri> Address => _address.Task;

    /// <summary>Opens the ledger and listens.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ledger = new ProviderLedger(options.LedgerPath);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        _server = builder.Build();
        _server.UseRouting();
        _server.MapPost("/charges", ChargeAsync);
        _server.MapPost("/refunds", RefundAsync);
        await _server.StartAsync(cancellationToken);
        _address.TrySetResult(new Uri(_server.Urls.Single()));
    }

    /// <summary>Stops listening and closes the ledger.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null) await _server.StopAsync(cancellationToken);
        await DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_ledger is not null) await _ledger.DisposeAsync();
    }

    private async Task ChargeAsync(HttpContext http)
    {
        var request = await http.Request.ReadFromJsonAsync<ChargeRequest>(http.RequestAborted);
        var key = http.Request.Headers[IdempotencyKeyHeader].ToString();
        if (request is not { OrderId.Length: > 0, AmountCents: > 0 } || key.Length == 0)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await AnswerAsync(http, _rules.OfCharge(request.OrderId, Attempt(http)), async () =>
        {
            var reply = await _ledger!.ChargeAsync(key, request, _rules.Declines(request.OrderId));
            var status = reply.State switch
            {
                ChargeState.Charged => StatusCodes.Status201Created,
                ChargeState.Declined => StatusCodes.Status402PaymentRequired,
                ChargeState.Voided => StatusCodes.Status409Conflict,
                _ => StatusCodes.Status422UnprocessableEntity,
            };
            return (status, reply);
        });
    }

    private async Task RefundAsync(HttpContext http)
    {
        if (await http.Request.ReadFromJsonAsync<RefundRequest>(http.RequestAborted) is not
            { OrderId.Length: > 0, ChargeKey.Length: > 0 } request)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await AnswerAsync(http, _rules.OfRefund(request.OrderId, Attempt(http)), async () =>
            (StatusCodes.Status200OK, await _ledger!.RefundAsync(request)));
    }

    private async Task AnswerAsync<TReply>(
        HttpContext http, ProviderFault fault, Func<Task<(int Status, TReply Reply)>> carryOutAsync)
    {
        switch (fault)
        {
            case ProviderFault.Unavailable:
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                http.Response.Headers.RetryAfter = "1";
                return;
            case ProviderFault.DroppedBefore:
                http.Abort();
                return;
        }

        var (status, reply) = await carryOutAsync();
        switch (fault)
        {
            case ProviderFault.DroppedAfter:
                http.Abort();
                return;
            case ProviderFault.ErrorAfter:
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case ProviderFault.LateAfter:
                // Ends early, and as cancelled, when the client hangs up; nobody is left then to be answered.
                var late = Task.Delay(options.Lateness, time, http.RequestAborted);
                await late.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (http.RequestAborted.IsCancellationRequested) return;
                break;
        }

        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(reply, http.RequestAborted);
    }

    private static int Attempt(HttpContext http) =>
        int.TryParse(http.Request.Headers[AttemptHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? attempt
            : 1;
}
