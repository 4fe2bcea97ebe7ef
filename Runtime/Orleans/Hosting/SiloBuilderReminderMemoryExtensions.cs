using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Reminders;

namespace Orleans.Hosting;

/// <summary>Adds the reminder service without durability.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>
    /// Adds the reminder service with a table in memory, which dies with the process; for tests and development.
    /// </summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable, InMemoryReminderTable>();
        return builder;
    }
}
