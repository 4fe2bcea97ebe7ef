using Orleans.Hosting;

namespace Orchestration.Providers.Tests.Tables;

/// <summary>One of Orleans' own kinds of providers over a real server.</summary>
internal interface IProviderTables : IAsyncDisposable
{
    /// <summary>What the silo's command line calls it.</summary>
    string Name { get; }

    /// <summary>The connection string.</summary>
    string Connection { get; }

    /// <summary>Lets a client find the silos there.</summary>
    void AddGateways(IClientBuilder client);

    /// <summary>Keeps grains' state there.</summary>
    void AddState(ISiloBuilder silo, string name);

    /// <summary>How many reminders are kept there.</summary>
    Task<int> CountRemindersAsync();

    /// <summary>How many silos are in service there.</summary>
    Task<int> CountSilosAsync();
}
