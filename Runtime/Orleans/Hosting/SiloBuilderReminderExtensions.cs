using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Reminders;

namespace Orleans.Hosting;

/// <summary>Adds the reminder service.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Adds the reminder service, which keeps its reminders in the registered <see cref="IReminderTable"/>.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddReminders();
        return builder;
    }

    /// <summary>Adds the reminder service, which keeps its reminders in the registered <see cref="IReminderTable"/>.</summary>
    public static void AddReminders(this IServiceCollection services) => ReminderServices.Add(services);
}
