using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>
/// The shop's side of the provider's API. Where no answer comes, or one that tells nothing, it throws: the outcome is unknown,
/// and the same request is to be sent again. Thread-safe.
/// </summary>
public sealed class PaymentClient : IDisposable
{
    private readonly Func<Task<Uri>> _address;
    private readonly HttpClient _http;

    /// <summary>A client of the provider that listens where <paramref name="address"/> says.</summary>
    public PaymentClient(Func<Task<Uri>> address, TimeSpan? timeout = null)
    {
        _address = address;
        var patience = timeout ?? TimeSpan.FromSeconds(1);
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = patience }) { Timeout = patience };
    }

    /// <summary>Asks for a charge.</summary>
    /// <param name="key">The idempotency key: repetitions under it are charged once.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="attempt">How often it has been asked, this time included.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ChargeReply> ChargeAsync(
        string key, ChargeRequest request, int attempt, CancellationToken cancellationToken)
    {
        using var response = await SendAsync("charges", request, key, attempt, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Created or HttpStatusCode.PaymentRequired
                or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity =>
                await ReadAsync<ChargeReply>(response, cancellationToken),
            _ => throw Unexpected(response),
        };
    }

    /// <summary>Asks for a refund. The charge it names makes it safe to repeat.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="attempt">How often it has been asked, this time included.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Refund?> RefundAsync(RefundRequest request, int attempt, CancellationToken cancellationToken)
    {
        using var response = await SendAsync("refunds", request, null, attempt, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? (await ReadAsync<RefundReply>(response, cancellationToken)).Refund
            : throw Unexpected(response);
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync<TRequest>(
        string path, TRequest request, string? key, int attempt, CancellationToken cancellationToken)
    {
        var address = await _address().WaitAsync(cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path));
        message.Content = JsonContent.Create(request);
        message.Headers.Add(PaymentProvider.AttemptHeader, attempt.ToString(CultureInfo.InvariantCulture));
        if (key is not null) message.Headers.Add(PaymentProvider.IdempotencyKeyHeader, Uri.EscapeDataString(key));
        try
        {
            return await _http.SendAsync(message, cancellationToken);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // HttpClient reports its own time-out as a cancellation. To the engine that would say that somebody wanted the
            // attempt to end.
            throw NoAnswer($"The payment provider did not answer within {_http.Timeout.TotalSeconds:0.#} s.", e);
        }
        catch (HttpRequestException e)
        {
            throw NoAnswer("The connection to the payment provider dropped.", e);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync<T>(cancellationToken) ??
        throw new HttpRequestException("The payment provider answered with nothing.");

    private static ApplicationFailure NoAnswer(string message, Exception cause) =>
        new(message, OrderFailures.NoAnswer, inner: cause);

    private static ApplicationFailure Unexpected(HttpResponseMessage response) => new(
        $"The payment provider answered {(int)response.StatusCode}.",
        OrderFailures.ProviderUnavailable,
        nextRetryDelay: response.Headers.RetryAfter?.Delta);
}
