namespace Orchestration.Dashboard.Tests.Browser;

/// <summary>One browser and one silo for the tests that only look and send; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>, ICollectionFixture<DashboardSilo>
{
    public const string Name = "browser";
}
