# Failures provoked, and remedies tried
#
# The series of the training log that shows each failure, with remedies. Thick: mean over seeds
# at steps that all have; thin: each seed. Series of every step are means over 5 steps, held-out
# accuracy is as it was measured. Upright: the median step of the detector that fails the run
# earliest. srft-wrong-30, SRFT with 30 % of the demonstrations wrong and rewarded, 8 seeds:
# length explosion, step 33, 1/8; entropy collapse, step 132, 4/8, 1 of them fail; reward drop
# at the start (warns), step 4, 1/8; entropy explosion at the start (warns), step 8.5, 8/8;
# reward drop (warns), step 25.5, 6/8; dead groups (warns), step 36.5, 8/8, accuracy 40.6 %
# [25.0 %, 58.3 %]. Remedy: srft-wrong-30-verified, verified rewards: length explosion at the
# start, step 15, 1/8; reward drop at the start (warns), step 9, 2/8; entropy explosion at the
# start (warns), step 9, 7/8; entropy explosion (warns), step 19, 1/8; reward drop (warns), step
# 25, 5/8; dead groups (warns), step 36, 8/8; entropy collapse (warns), step 120, 5/8, accuracy
# 35.3 % [22.4 %, 50.8 %]. rl, RL whose entropy nothing holds, 8 seeds: entropy collapse
# (warns), step 141.5, 6/8, accuracy 74.3 % [53.9 %, 87.7 %]. Remedy: rl-entropy-control, a
# controller of entropy: entropy explosion, step 175.5, 2/4; reward drop, step 179, 2/4, 1 of
# them fail, accuracy 50.0 % [12.4 %, 87.6 %]. Accuracies are held-out, at the end, with 95 %
# intervals over seeds (t on the logit). x/n: in x of n seeds.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot signatures.gp
# It reads signatures.tsv and writes signatures.svg and signatures.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,180 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_signatures' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,180./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'signatures.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.47727
  set bmargin at screen 0.13889
  set tmargin at screen 0.83889
  set border 15 linewidth 0.5
  set xrange [0:168.92000000000002]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100, '150' 150)
  set yrange [0:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label 'srft-wrong-30' at screen 0.27793,0.87778 center noenhanced front
  set label 'step' at screen 0.27793,0.03333 center noenhanced front
  set label 'reward' at screen 0.0202,0.48889 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.16236,0.95278 to screen 0.20782,0.95278 nohead linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6)
  set label 'first failure found' at screen 0.21792,0.95278 left font ',8' noenhanced front
  set arrow from screen 0.39756,0.95278 to screen 0.44301,0.95278 nohead linewidth 1.3 linecolor rgb '#d55e00' dashtype solid
  set label 'provoked' at screen 0.45311,0.95278 left font ',8' noenhanced front
  set arrow from screen 0.63275,0.95278 to screen 0.6782,0.95278 nohead linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'remedy tried' at screen 0.6883,0.95278 left font ',8' noenhanced front
  plot 'signatures.tsv' index 0 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 1 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 2 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 8 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 9 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 10 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 11 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 16 using 1:2 with lines linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'signatures.tsv' index 17 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 18 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 19 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 20 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57859
  set rmargin at screen 0.97727
  set bmargin at screen 0.13889
  set tmargin at screen 0.83889
  set border 15 linewidth 0.5
  set xrange [0:226.6]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100, '150' 150, '200' 200)
  set yrange [0:1.7367999158048568]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1, '1.5' 1.5)
  set label 'rl' at screen 0.77793,0.87778 center noenhanced front
  set label 'step' at screen 0.77793,0.03333 center noenhanced front
  set label 'rollout entropy (nats)' at screen 0.5202,0.48889 center rotate by 90 noenhanced front
  unset colorbox
  plot 'signatures.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 28 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 29 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 30 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 31 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 32 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 33 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 34 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 35 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 36 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  unset multiplot
  set output
}
