using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Runtime.Transport;

namespace Orchestration.Runtime.Tests.Transport;

/// <summary>A port that a silo is known by before it listens at it.</summary>
public sealed class PortReservationTests
{
    [Fact]
    public void Ports_AllocatedAndNotYetListenedAt_AreNotGivenToAnyoneElse()
    {
        using var transport = new SocketTransport(NullLoggerFactory.Instance);

        // Of a port that was let go the system would give some out again among so many.
        var ports = Enumerable.Range(0, 1_000).Select(_ => transport.Allocate(IPAddress.Loopback)).ToList();
        Assert.Equal(ports.Count, ports.Distinct().Count());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task Port_Allocated_IsListenedAtAndFreeAgainAfterwards(string text)
    {
        var address = IPAddress.Parse(text);
        using var transport = new SocketTransport(NullLoggerFactory.Instance);
        var place = new IPEndPoint(address, transport.Allocate(address));
        for (var times = 0; times < 2; times++)
        {
            await using var listener = await ((IConnectionListenerFactory)transport).BindAsync(place);
            var accepting = listener.AcceptAsync();
            await using var there = await transport.ConnectAsync(new IPEndPoint(IPAddress.Loopback, place.Port));
            await using var here = await accepting;
            Assert.NotNull(here);
        }
    }

    [Fact]
    public async Task Port_AllocatedAndNeverListenedAt_IsLetGoWithTheTransport()
    {
        using var other = new SocketTransport(NullLoggerFactory.Instance);
        IPEndPoint place;
        using (var transport = new SocketTransport(NullLoggerFactory.Instance))
            place = new IPEndPoint(IPAddress.Loopback, transport.Allocate(IPAddress.Loopback));
        await using var listener = await ((IConnectionListenerFactory)other).BindAsync(place);
        Assert.Equal(place, listener.EndPoint);
    }
}
