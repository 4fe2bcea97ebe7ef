using System.Reflection;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Runtime.Messaging;
using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Breaking;

/// <summary>A client that gives each try of a request a number of its own, as if none were kept.</summary>
internal static class Forgetting
{
    public static void Renumber(Request request, SimRandom random)
    {
        foreach (var field in request.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            switch (field.GetValue(request))
            {
                case SignalRequest signal:
                    field.SetValue(request, signal with { Client = NewId(random) });
                    break;
                case UpdateRequest { Name: not null } update:
                    field.SetValue(request, update with { UpdateId = NewId(random).ToString("N") });
                    break;
                case StartRequest start:
                    field.SetValue(request, start with { Request = start.Request with { Client = NewId(random) } });
                    break;
            }
        }
    }

    private static Guid NewId(SimRandom random)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, random.NextUInt64());
        BitConverter.TryWriteBytes(bytes[8..], random.NextUInt64());
        return new Guid(bytes);
    }
}
