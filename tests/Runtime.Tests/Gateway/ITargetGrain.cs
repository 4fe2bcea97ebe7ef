using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Gateway;

[GenerateSerializer, Immutable, Alias("gateway.note")]
public sealed record Note(string Text, int Number);

[Alias("gateway.target")]
public interface ITargetGrain : IGrainWithStringKey
{
    Task<int> AddAsync(int left, int right);

    ValueTask<Note?> EchoAsync(Note? note);

    Task<byte[]> BytesAsync(int count);

    Task<string?> ContextAsync(string key);

    Task FailAsync(string message);

    Task FailOddlyAsync();

    Task<bool> WaitAsync(CancellationToken cancellation);

    [OneWay]
    Task TellAsync(string text);

    Task<string?> ToldAsync();

    Task<NotSendable> UnsendableAsync();

    Task<ITargetGrain> SelfAsync();

    /// <summary>Answers once <see cref="OpenAsync"/> is called.</summary>
    Task<string> GateAsync();

    Task OpenAsync();
}

public sealed class NotSendable;

[GenerateSerializer, Alias("gateway.refused")]
public sealed class RefusedException(string message, int code) : Exception(message)
{
    [Id(0)] public int Code { get; } = code;
}

public sealed class OddException(string message) : Exception(message);

[Reentrant]
public sealed class TargetGrain : Grain, ITargetGrain
{
    private readonly TaskCompletionSource _gate = new();
    private string? _told;

    public Task<int> AddAsync(int left, int right) => Task.FromResult(left + right);

    public ValueTask<Note?> EchoAsync(Note? note) => ValueTask.FromResult(note);

    public Task<byte[]> BytesAsync(int count) => Task.FromResult(new byte[count]);

    public Task<string?> ContextAsync(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task FailAsync(string message) => throw new RefusedException(message, 42);

    public Task FailOddlyAsync() => throw new OddException("odd");

    public async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        _told = "waiting";
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            _told = "cancelled";
        }

        return true;
    }

    public Task TellAsync(string text)
    {
        _told = text;
        return Task.CompletedTask;
    }

    public Task<string?> ToldAsync() => Task.FromResult(_told);

    public Task<NotSendable> UnsendableAsync() => Task.FromResult(new NotSendable());

    public Task<ITargetGrain> SelfAsync() => Task.FromResult(this.AsReference<ITargetGrain>());

    public async Task<string> GateAsync()
    {
        await _gate.Task;
        return "opened";
    }

    public Task OpenAsync()
    {
        _gate.TrySetResult();
        return Task.CompletedTask;
    }
}
