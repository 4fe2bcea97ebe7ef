using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Runtime.Reminders;

/// <summary>Registers the reminder service.</summary>
internal static class ReminderServices
{
    public static void Add(IServiceCollection services) => throw new NotImplementedException($"{services}");
}
