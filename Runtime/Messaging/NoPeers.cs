using Orleans.Runtime;

namespace Orchestration.Runtime.Messaging;

/// <summary>A silo on its own: any other silo is one that is gone.</summary>
internal sealed class NoPeers : ISiloPeers
{
    public void Send(SiloAddress silo, Request request) =>
        request.Fail(new SiloUnavailableException(
            $"{silo} is no live silo of this cluster ({request.Method} of {request.Target})."));

    public void Cancel(Request request)
    {
    }

    public void Forget(Request request)
    {
    }

    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public void CutOff(string reason)
    {
    }
}
