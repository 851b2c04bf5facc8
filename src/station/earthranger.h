// SPDX-License-Identifier: Apache-2.0
// For a site of EarthRanger, in the shapes of its REST API: an alert that is raised is an event
// (POST api/v1.0/activity/events), a position an observation of a subject (POST
// api/v1.0/sensors/generic/PROVIDER/status).
//
// The site must know event types named sengi_KIND, such as sengi_zone_inside. No site of theirs was
// there to try this with: paths and bodies are as they are published.
#pragma once

#include <atomic>
#include <string>

#include "station/intake.h"
#include "station/outbox.h"
#include "station/settings.h"

namespace sengi::station {

// Nothing where the letter is of no new alert: EarthRanger's people close events there.
std::string earthranger_event(const std::string& letter);

Send send_to_earthranger(const Settings::EarthRanger& site);

// Each position that is kept from now on, or was since the last that it took, one after another,
// until `stop`. Where it got to is kept in the database.
void run_earthranger_positions(const Settings::EarthRanger& site, Intake& intake, const Tell& tell,
                               const std::atomic<bool>& stop);

}  // namespace sengi::station
