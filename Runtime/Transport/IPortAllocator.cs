using System.Net;

namespace Orchestration.Runtime.Transport;

/// <summary>Finds ports that are free.</summary>
internal interface IPortAllocator
{
    /// <summary>A port that nobody listens at on this address just now.</summary>
    int Allocate(IPAddress address);
}
