import type { Citizen } from '../citizen.ts';
import { censusDay } from '../generator/plan.ts';
import { mix, random } from '../generator/random.ts';
import { castPapers } from './cast.ts';
import { drawInsurance, drawInsuranceNumber, type InsurancePaper } from './insurance.ts';
import { drawLicenceNumber, drawLicences, type LicencePaper } from './licence.ts';
import { drawPlate, drawVehicles, type VehiclePaper } from './vehicle.ts';

export type Paper = LicencePaper | VehiclePaper | InsurancePaper;

/** A drawn paper and the numbers it would take: another for each attempt, until one is nobody's. */
export interface Drawn {
  paper: Paper;
  number(attempt: number): string;
}

/**
 * The papers that somebody has had integrated, drawn from their personal number alone: the same person has the same
 * papers on every machine. They are those of the day of the generated census, or of the holder's last day. The cast's are
 * written down in `cast.ts`.
 */
export function drawPapers(citizen: Citizen): Drawn[] {
  const written = castPapers[citizen.number];
  if (written) {
    return written.map(({ number, ...paper }, nth) => ({
      paper,
      number: (attempt) => (attempt === 0 ? number : drawNumber(citizen, paper, nth, attempt)),
    }));
  }
  const draw = random(mix([Number(citizen.number)], 23));
  const asOf = citizen.diedOn ?? (citizen.birthDate > censusDay ? citizen.birthDate : censusDay);
  const licences = drawLicences(draw, citizen, asOf);
  const papers = [...licences, ...drawVehicles(draw, citizen, licences, asOf), ...drawInsurance(draw, citizen, asOf)];
  return papers.map((paper, nth) => ({ paper, number: (attempt) => drawNumber(citizen, paper, nth, attempt) }));
}

/** The number that a paper of somebody would have; another for each attempt. */
export function drawNumber(citizen: Citizen, paper: Paper, nth: number, attempt: number): string {
  const draw = random(Number(citizen.number), nth, attempt);
  switch (paper.kind) {
    case 'driving-licence':
      return drawLicenceNumber(draw, citizen, paper);
    case 'vehicle':
      return drawPlate(draw, paper);
    case 'health-insurance':
      return drawInsuranceNumber(draw, citizen, paper);
  }
}
